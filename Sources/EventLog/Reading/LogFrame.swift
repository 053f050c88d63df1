/// A frame as a reader hands it out; its bytes are valid only inside the closure it is handed to.
package struct LogFrame {
    /// What the frame says of itself; it may begin before the first event that was asked for.
    package let header: FrameHeader
    /// The sequence number of the first line in ``lines``.
    package let firstSeq: UInt64
    /// The lines asked for, each ended by a newline.
    package let lines: UnsafeRawBufferPointer

    /// Leaves out the lines before `from`.
    init(header: FrameHeader, from: UInt64, lines: UnsafeRawBufferPointer) {
        self.header = header
        self.firstSeq = max(from, header.firstSeq)
        var skipped = 0
        var rest = Lines(lines)
        for _ in header.firstSeq..<self.firstSeq {
            guard let line = rest.next() else { break }
            skipped += line.count + 1
        }
        self.lines = UnsafeRawBufferPointer(rebasing: lines[skipped...])
    }

    /// Hands each line, with its sequence number and without its newline, to `body`.
    package func forEachLine<Failure: Error>(
        _ body: (UInt64, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var seq = self.firstSeq
        for line in Lines(self.lines) {
            try body(seq, line)
            seq += 1
        }
    }
}
