import Continuity
package import Model
package import NIOCore

extension LiveChannel {
    /// A channel at one moment, for status pages and metrics.
    package struct Status: Hashable, Sendable {
        package enum State: String, CaseIterable, Hashable, Sendable {
            /// On demand, with nobody watching.
            case idle
            /// A source was asked, no media yet.
            case starting
            case live
            /// Media stopped and has not come back.
            case down
            /// No source has anything to show, and a slate stands for it.
            case slate
        }

        /// What viewers see.
        package enum Picture: String, CaseIterable, Hashable, Sendable {
            /// A source's own.
            case live
            /// A source's own that are kept; the source is silent.
            case suspect
            /// The last one, held.
            case held
            /// A slate.
            case slate
        }

        package var state: State
        /// The source that runs or is being tried; `nil` when idle.
        package var source: SourceID?
        package var viewers: Int
        /// Media bytes taken from sources since the channel was made.
        package var bytesIn: Int64
        /// Since the last access unit came; `nil` before the first.
        package var lastUnitAge: TimeAmount?
        /// Access units that were not passed on, since the channel was made.
        package var unitsDropped: Int64
        /// Oddities that sources survived (continuity errors, corrupt units, lost segments), since the channel was made.
        package var notices: Int64
        /// Since the present run of media began; `nil` when there is none.
        package var uptime: TimeAmount?
        /// What viewers see; `nil` before the first picture and while nothing runs.
        package var picture: Picture?
        /// Since they see it.
        package var pictureAge: TimeAmount?
        /// What stood in place of sources' media since the channel was made.
        package var standIns = StandIns()
        /// Media kept back between source and viewers.
        package var cushion = MediaTime.zero
    }
}

extension LiveChannel.Status.Picture {
    /// As the output's machine says it.
    init?(_ state: ChannelContinuity.State) {
        switch state {
        case .starting: return nil
        case .live, .resume: self = .live
        case .suspect: self = .suspect
        case .patch, .dead: self = .held
        case .slate: self = .slate
        }
    }
}
