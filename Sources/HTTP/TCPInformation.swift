import NIOCore

/// What Linux tells of a TCP connection: `struct tcp_info` of linux/tcp.h, as far as it is looked at.
///
/// Held as the words it consists of, since the C library's declaration ends before the fields that matter here. NIO fills
/// with zeros what a kernel doesn't know.
struct TCPInformation: Sendable {
    /// `TCP_INFO` of linux/tcp.h.
    static let option = NIOBSDSocket.Option(rawValue: 11)

    /// The first 256 bytes, the least significant byte of each word first as on all machines this runs on.
    private var words = SIMD32<UInt64>()

    init() {}

    /// `tcpi_bytes_acked`, at byte 120: since Linux 4.1.
    private var acknowledged: Int64 { Int64(clamping: self.words[15]) }
    /// `tcpi_snd_wnd`, at byte 228: since Linux 5.4.
    private var window: Int64 { Int64(self.words[28] >> 32) }

    /// The byte up to which the peer has said that it has room.
    var windowEnd: Int64 { self.acknowledged &+ self.window }
}
