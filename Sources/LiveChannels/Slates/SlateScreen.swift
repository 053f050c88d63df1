import Continuity
import Model
import NIOCore

/// The slate of one channel: which there is, when it is shown, and the run it plays as.
struct SlateScreen: Sendable {
    private let shelf: SlateShelf
    private let language: String
    var schedule: SlateSchedule
    /// The slate that plays; it plays on as it was when slates are read again.
    var feed: SlateFeed?
    /// Until when it was counted among what stood in for sources; `nil` while it is not on the output.
    var countedAt: NIODeadline?
    /// Its run.
    ///
    /// Runs of slates count down from −1, so that they are nobody else's.
    private(set) var run = 0

    init(_ channel: ChannelID, _ services: ChannelServices) {
        self.shelf = services.slates
        self.language = services.slateLanguage
        self.schedule = SlateSchedule(channel: channel, configuration: services.slateConfiguration)
    }

    static func isSlate(run: Int) -> Bool { run < 0 }

    /// What there is to show now.
    var slate: Slate? { self.shelf.slate(.offAir, language: self.language) }

    mutating func begin(_ slate: Slate, now: NIODeadline) -> Int {
        self.run -= 1
        self.feed = SlateFeed(slate, now: now.mediaTime)
        return self.run
    }
}

extension ChannelContinuity.Report {
    /// The run it is about; `nil` for those about the output.
    var run: Int? {
        switch self {
        case .suspect(let run, _), .fine(let run), .ready(let run), .entered(let run, _),
            .overlapDropped(let run, _, _), .corrupt(let run, _):
            run
        case .patched, .heldLong, .exhausted: nil
        }
    }
}
