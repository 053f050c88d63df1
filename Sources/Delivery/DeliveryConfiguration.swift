package import Accounts
package import HTTP
package import Model
package import NIOCore

/// What the viewers' side can be told.
package struct DeliveryConfiguration: Sendable {
    package var http = HTTPConfiguration()
    /// Proxies whose `X-Forwarded-For` is believed; loopback is not among them unless it is named.
    package var trustedProxies = TrustedProxies()
    /// How long a request waits for a channel's first segment or picture before it is told to come again.
    package var startDeadline = TimeAmount.seconds(10)
    /// The shortest silence that ends a HLS session; three target durations when they are longer.
    package var silenceMin = HLSSession.silenceMinDefault
    /// How long a viewer of the transport stream may take no byte.
    package var stallDeadline = SlowViewer.stallDeadlineDefault
    /// How long a viewer of the transport stream may read nothing, as far as its kernel tells.
    package var readDeadline = ReadProgress.deadlineDefault
    /// Seconds of stream that may wait for a slow viewer before it is skipped ahead.
    package var queueSeconds = 2
    /// Bytes that may wait at least, so that a low bit rate doesn't mean skipping at every hiccup.
    package var queueBytesMin = 256 << 10
    /// Bytes that may wait at most.
    package var queueBytesMax = 8 << 20
    /// Bytes the kernel may hold for a viewer of the transport stream; it would take megabytes by itself, which is seconds of stream.
    package var sendBufferBytes = 256 << 10
    /// What a viewer who is refused sees in place of the status; `nil` where that is all.
    package var limitSlates: LimitSlates?
    /// How much may be tried before it is taken for guessing.
    package var guesses = GuessLimits()
    /// Opens a token of an address; any thread, and in microseconds.
    package var openToken: @Sendable (_ text: String) -> StreamToken? = { _ in nil }
    /// Where an address is; any thread, and in microseconds.
    package var locate: @Sendable (NetworkAddress) -> Origin = { _ in .unknown }
    /// Told of each address that is banned for guessing; any thread.
    package var recordBan: @Sendable (AddressBan) -> Void = { _ in }
    /// How long ``DeliveryService/stop()`` waits for decisions that are still being made.
    package var stopDeadline = TimeAmount.seconds(5)

    /// Seconds east of UTC of the server's zone at a moment: what players' starts of catch-up are read in.
    package var zoneOffset: @Sendable (WallTime) -> Int64 = { _ in 0 }
    /// The calendar.
    package var wallTime: @Sendable () -> WallTime = { WallTime(microseconds: 0) }

    package init() {
        self.http.exemptNetworks = []
    }

    /// Bytes that may wait for a viewer of a channel of `bandwidth` bit/s.
    func queueBytes(bandwidth: Int) -> Int {
        min(max(bandwidth / 8 * self.queueSeconds, self.queueBytesMin), self.queueBytesMax)
    }
}
