/// The sizes and ages by which the log is written; tests make them small.
package struct LogSettings: Hashable, Sendable {
    /// Raw bytes after which the open file is sealed: 64 MiB, about half a million events.
    package var sealRawSize = 64 << 20
    /// Age of the open file's first event after which it is sealed: a day, in seconds.
    package var sealAgeSeconds: Int64 = 86_400
    /// Events in a frame of a sealed file: beyond 8,192 frames hardly get smaller.
    package var sealedFrameEvents = 8_192
    /// Bytes kept zero-written ahead of the last frame.
    ///
    /// Writing into them changes no metadata, which makes a commit up to 2.8 times faster. What stays unused when
    /// the file is sealed was written for nothing; 2 MiB are some 60 full commits.
    package var zeroAhead = 2 << 20
    /// Bytes by which the zero-written part grows: small, so that no commit waits for much of it.
    package var zeroStep = 1 << 20
    /// zstd level of the open file.
    package var liveLevel: Int32 = 1
    /// Size of zstd's table of matches for the open file, as a power of two: 2,048 entries, 8 KiB.
    ///
    /// Level 1 has 16,384. The lines before are where a line finds its like, so that this one, which fits the processor's
    /// nearest cache and is soon cleared for the next frame, takes a fifth less time and gives frames as small.
    package var liveHashLog: Int32 = 11
    /// zstd level of sealed files.
    package var sealedLevel: Int32 = 9

    package init() {}
}
