import Synchronization

/// What the viewers' side has done since its start, and who is there now.
package struct DeliveryStatus: Hashable, Sendable {
    package var connections = 0
    package var hlsViewers = 0
    package var tsViewers = 0
    /// Requests that could be read.
    package var requests: Int64 = 0
    package var playlists: Int64 = 0
    package var segments: Int64 = 0
    /// Questions of apps that were answered.
    package var answers: Int64 = 0
    /// Bytes of media that reached the kernel.
    package var bytes: Int64 = 0
    /// Starts and tokens that were refused, by whatever rule.
    package var denials: Int64 = 0
    /// Logins refused unasked because of failed ones before.
    package var throttled: Int64 = 0
    /// Times a viewer of the transport stream was skipped ahead.
    package var skips: Int64 = 0
    /// Viewers closed because they took nothing.
    package var stalled: Int64 = 0
    /// Connections closed at once because of a limit or a ban.
    package var refused: Int64 = 0
    /// Addresses that the throttle forgot for lack of room; not 0 means guesses from very many addresses.
    package var throttleEvictions = 0
    /// Whether a table of addresses has hardly room for more: an attack from very many of them.
    package var isCrowded = false
}

/// The counters behind ``DeliveryStatus``; any thread.
final class DeliveryCounters: Sendable {
    let requests = Atomic<Int64>(0)
    let playlists = Atomic<Int64>(0)
    let segments = Atomic<Int64>(0)
    let answers = Atomic<Int64>(0)
    let bytes = Atomic<Int64>(0)
    let denials = Atomic<Int64>(0)
    let throttled = Atomic<Int64>(0)
    let skips = Atomic<Int64>(0)
    let stalled = Atomic<Int64>(0)
}
