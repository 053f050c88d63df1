package import HLS

/// The limits that every source is held to.
///
/// Times are milliseconds; the watchdog looks every 250 ms, or every quarter of the shortest time when that is less.
package struct IngestConfiguration: Hashable, Sendable {
    /// Name resolution, TCP and TLS together; a supplier that needs longer is down for a viewer's purposes.
    package var connectMilliseconds = 5_000
    /// From the connection to the first byte of the body (the first media, for RTMP), redirects included.
    package var firstByteMilliseconds = 10_000
    /// How long less than one packet may come before the source counts as stalled.
    package var stallMilliseconds = 10_000
    /// A whole playlist or key; bounds a server that sends a byte now and then.
    package var playlistMilliseconds = 20_000
    /// A whole segment; the longest segments in use are 10–15 s and some suppliers send them in real time.
    package var segmentMilliseconds = 60_000
    /// How long a source waits for one of its supplier's connections.
    package var slotWaitMilliseconds = 5_000
    /// The same as ``firstByteMilliseconds`` for what is downloaded once, such as a guide, which is made when it is asked for.
    package var downloadFirstByteMilliseconds = 120_000
    /// The same as ``stallMilliseconds``.
    package var downloadStallMilliseconds = 30_000
    /// Redirects followed by one request.
    package var redirectsMax = 5
    /// Decoded bytes of one playlist: 4 MiB hold about 40,000 segments.
    package var playlistBytesMax = 4 << 20
    /// Decoded bytes of one key; a key has 16.
    package var keyBytesMax = 1 << 10
    /// Bytes of one segment: 10 s at 50 Mbit/s.
    package var segmentBytesMax = 64 << 20
    /// Bytes handed to an event loop and not yet worked off, per transfer, before reading from its socket pauses.
    package var backlogBytesMax = 8 << 20
    /// Transfers on one thread; more make another thread.
    package var transfersPerThread = 64
    /// Connections of a supplier whose limit was never set: the least a supplier can mean.
    package var unknownSupplierConnectionsMax = 1
    /// What suppliers see as `User-Agent`, and RTMP servers as `flashVer`.
    package var userAgent = "Baton"

    /// How HLS playlists are followed: attempts, cushion, bandwidth.
    package var following = PlaylistFollower.Configuration()

    package init() {}
}
