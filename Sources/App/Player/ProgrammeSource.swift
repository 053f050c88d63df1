import Model
import PlayerAPI

/// Where players' programmes come from; any thread.
protocol ProgrammeSource: Sendable {
    /// Grows with every change of an answer; for caches.
    var version: Int64 { get }
    /// What guides call a channel; `nil` when it is not known.
    func epg(of channel: ChannelID) -> String?
    /// The programme that runs at `time`, where one does, and the ones after it.
    func upcoming(of channel: ChannelID, at time: WallTime, limit: Int, language: String) throws -> [Listing]
    /// The programmes that run at any time in `from ..< to`, by time.
    func listings(of channel: ChannelID, from: WallTime, to: WallTime, language: String) throws -> [Listing]
}
