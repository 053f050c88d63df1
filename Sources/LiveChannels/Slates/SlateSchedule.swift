package import Events
package import Model
package import NIOCore

/// When a channel shows a slate, for how long, and when it gives up.
///
/// ```text
/// the picture was held for as long as makes sense ──┐
/// viewers wait, and no source could be opened ──────┴─► show ─┬─► a source is entered: end
///                                                             └─► for too long: give up (viewers are closed)
/// ```
///
/// Pure: asked every 100 ms.
package struct SlateSchedule: Sendable {
    package enum Action: Hashable, Sendable {
        case show
        /// Something else is on the output.
        case end
        /// Every viewer is closed, and nothing goes out until a source can be entered.
        case giveUp
        case record(SlateShown)
    }

    /// What the output is doing.
    package enum Output: Hashable, Sendable {
        /// Nothing was ever sent, or the channel rests.
        case nothing
        /// A source's media, or a short hold.
        case source
        /// Held for as long as makes sense.
        case exhausted
        case slate
    }

    /// A slate that lasts is told this often; lengths add up.
    package static let toldEvery: TimeAmount = .seconds(60)

    private struct Showing {
        var since: NIODeadline
        var toldAt: NIODeadline
        var why: String
        /// Whether it was on the output.
        var isOn = false
    }

    private let channel: ChannelID
    private let configuration: SlateConfiguration
    private var waitingSince: NIODeadline?
    private var showing: Showing?

    package init(channel: ChannelID, configuration: SlateConfiguration) {
        self.channel = channel
        self.configuration = configuration
    }

    /// Whether one is on, or about to be.
    package var isShowing: Bool { self.showing != nil }

    /// A tick of the clock; `hasSlate` is whether there is one to show.
    package mutating func timePassed(
        output: Output,
        viewers: Int,
        hasSlate: Bool,
        now: NIODeadline
    ) -> [Action] {
        if output != .nothing || viewers == 0 { self.waitingSince = nil }
        if let showing = self.showing { return self.watch(showing, output: output, viewers: viewers, now: now) }
        switch output {
        case .source, .slate:
            return []
        case .exhausted:
            guard hasSlate, self.configuration.isShown else { return [.giveUp] }
            return self.show("no-source", now: now)
        case .nothing:
            guard viewers > 0, hasSlate, self.configuration.isShown, let wait = self.configuration.startWait else {
                return []
            }
            let since = self.waitingSince ?? now
            self.waitingSince = since
            return now - since >= wait ? self.show("no-start", now: now) : []
        }
    }

    private mutating func show(_ why: String, now: NIODeadline) -> [Action] {
        self.waitingSince = nil
        self.showing = Showing(since: now, toldAt: now, why: why)
        return [.show]
    }

    private mutating func watch(_ showing: Showing, output: Output, viewers: Int, now: NIODeadline) -> [Action] {
        switch output {
        case .slate:
            self.showing?.isOn = true
            if let limit = self.configuration.lengthMax, now - showing.since >= limit {
                self.showing = nil
                return [.end, self.told(showing, viewers: viewers, now: now), .giveUp]
            }
            guard now - showing.toldAt >= Self.toldEvery else { return [] }
            self.showing?.toldAt = now
            return [self.told(showing, viewers: viewers, now: now)]
        case .source, .nothing, .exhausted:
            // It is entered as soon as it is asked for; if that was not possible, or it stopped, it is asked for anew.
            self.showing = nil
            return showing.isOn ? [.end, self.told(showing, viewers: viewers, now: now)] : [.end]
        }
    }

    private func told(_ showing: Showing, viewers: Int, now: NIODeadline) -> Action {
        .record(
            SlateShown(
                channel: self.channel,
                why: showing.why,
                length: (now - showing.toldAt).milliseconds,
                viewers: Int64(viewers)
            )
        )
    }
}

/// When slates are shown; one for all channels.
package struct SlateConfiguration: Hashable, Sendable {
    /// Whether they are; without, viewers are closed when the held picture has been shown for as long as makes sense.
    package var isShown = true
    /// How long viewers of a channel none of whose sources can be opened wait for it; `nil` to let them wait.
    ///
    /// Shorter than the 10 s after which a request is told to come again.
    package var startWait: TimeAmount? = .seconds(8)
    /// How long one is shown before viewers are closed; `nil` for ever.
    package var lengthMax: TimeAmount? = .seconds(300)

    package init() {}
}
