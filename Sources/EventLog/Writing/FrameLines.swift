/// As many lines of a batch as fit in a frame, from its start, gone over once.
struct FrameLines {
    /// The lines, newlines included.
    let bytes: UnsafeRawBufferPointer
    /// How many lines there are.
    let count: Int
    /// The chain value after the last of them.
    let chain: ChainValue
    /// Whether no line was empty; else these are the lines before that one.
    let areWhole: Bool

    /// Bytes of the lines.
    var size: Int { self.bytes.count }

    /// Takes lines from the start of `batch`; bytes behind its last newline are left out.
    init(_ batch: UnsafeRawBufferPointer, after chain: ChainValue) {
        var (size, count, chain, areWhole) = (0, 0, chain, true)
        for line in Lines(batch) {
            guard size + line.count + 1 <= FrameHeader.rawSizeMax else { break }
            guard !line.isEmpty else {
                areWhole = false
                break
            }
            size += line.count + 1
            count += 1
            chain.extend(line)
        }
        self.bytes = UnsafeRawBufferPointer(rebasing: batch[..<size])
        self.count = count
        self.chain = chain
        self.areWhole = areWhole
    }
}
