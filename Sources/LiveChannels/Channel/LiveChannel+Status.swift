package import Model
package import NIOCore

extension LiveChannel {
    /// A channel at one moment, for status pages and metrics.
    package struct Status: Hashable, Sendable {
        package enum State: String, Hashable, Sendable {
            /// On demand, with nobody watching.
            case idle
            /// A source was asked, no media yet.
            case starting
            case live
            /// Media stopped and has not come back.
            case down
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
    }
}
