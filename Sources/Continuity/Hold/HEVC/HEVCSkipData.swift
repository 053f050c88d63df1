import MPEGTS

/// The slice data of a picture in which every block is skipped: a copy of its one reference picture.
///
/// The first block has no neighbour to take its motion from and gets the zero candidate; all others merge with it.
/// Source: ITU-T H.265, 7.3.8.2 to 7.3.8.5; 9.3.1 and 9.3.2.2 (contexts, and their copies for wavefronts).
struct HEVCSkipData {
    /// Slices have this QP, where skipping is cheapest.
    static let qp = 51

    private struct Contexts {
        // Initial values of P slices: Tables 9-11 (split_cu_flag), 9-12 (cu_transquant_bypass_flag), 9-13 (cu_skip_flag).
        var split = [107, 139, 126].map { ArithmeticEncoder.Context(initialValue: $0, qp: HEVCSkipData.qp) }
        var bypass = ArithmeticEncoder.Context(initialValue: 154, qp: HEVCSkipData.qp)
        var skip = [197, 185, 201].map { ArithmeticEncoder.Context(initialValue: $0, qp: HEVCSkipData.qp) }
    }

    private let width: Int
    private let height: Int
    private let blockLog2: Int
    private let treeLog2: Int
    private let hasBypass: Bool
    private var encoder = ArithmeticEncoder()
    private var contexts = Contexts()
    /// Depth of the last block coded in each column and row of smallest blocks: the one above, the one to the left.
    private var above: [Int]
    private var left: [Int]

    /// The bytes, without emulation prevention: one entry for each row of tree blocks with wavefronts, else one for all.
    static func rows(_ sequence: HEVCSequence, _ picture: HEVCPicture) -> [[UInt8]] {
        var data = HEVCSkipData(sequence, picture)
        return data.encode(rows: sequence.treeRows, columns: sequence.treeColumns, hasWavefronts: picture.hasWavefronts)
    }

    private init(_ sequence: HEVCSequence, _ picture: HEVCPicture) {
        self.width = sequence.base.codedWidth
        self.height = sequence.base.codedHeight
        self.blockLog2 = sequence.codingBlockLog2
        self.treeLog2 = sequence.treeBlockLog2
        self.hasBypass = picture.hasTransquantBypass
        self.above = Array(repeating: 0, count: self.width >> self.blockLog2)
        self.left = Array(repeating: 0, count: self.height >> self.blockLog2)
    }

    private mutating func encode(rows: Int, columns: Int, hasWavefronts: Bool) -> [[UInt8]] {
        var done: [[UInt8]] = []
        var handedDown = Contexts()
        for row in 0..<rows {
            if hasWavefronts, row > 0 {
                // end_of_subset_one_bit, and what was learnt up to the second tree block of the row above.
                self.encoder.encodeTerminate(true)
                done.append(self.encoder.bytes)
                self.encoder = ArithmeticEncoder()
                self.contexts = handedDown
            }
            for column in 0..<columns {
                self.encodeTree(column << self.treeLog2, row << self.treeLog2, log2: self.treeLog2, depth: 0)
                if column == 1 { handedDown = self.contexts }
                self.encoder.encodeTerminate(row == rows - 1 && column == columns - 1)
            }
        }
        done.append(self.encoder.bytes)
        return done
    }

    private mutating func encodeTree(_ x: Int, _ y: Int, log2: Int, depth: Int) {
        let size = 1 << log2
        let isInside = x + size <= self.width && y + size <= self.height
        if isInside, log2 > self.blockLog2 {
            let isLeftDeeper = x > 0 && self.left[y >> self.blockLog2] > depth
            let isAboveDeeper = y > 0 && self.above[x >> self.blockLog2] > depth
            let index = (isLeftDeeper ? 1 : 0) + (isAboveDeeper ? 1 : 0)
            self.encoder.encode(false, context: &self.contexts.split[index])
        }
        guard !isInside, log2 > self.blockLog2 else { return self.encodeBlock(x, y, size: size, depth: depth) }
        // What crosses the edge is split without saying so.
        for (across, down) in [(0, 0), (size / 2, 0), (0, size / 2), (size / 2, size / 2)]
        where x + across < self.width && y + down < self.height {
            self.encodeTree(x + across, y + down, log2: log2 - 1, depth: depth + 1)
        }
    }

    private mutating func encodeBlock(_ x: Int, _ y: Int, size: Int, depth: Int) {
        if self.hasBypass { self.encoder.encode(false, context: &self.contexts.bypass) }
        let index = (x > 0 ? 1 : 0) + (y > 0 ? 1 : 0)
        self.encoder.encode(true, context: &self.contexts.skip[index])
        let column = x >> self.blockLog2
        let row = y >> self.blockLog2
        for offset in 0..<(size >> self.blockLog2) {
            self.above[column + offset] = depth
            self.left[row + offset] = depth
        }
    }
}
