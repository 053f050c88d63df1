/// A picture that carries its own number in black and white cells, so that what was decoded says which picture it is.
///
/// ```text
/// columns 0–15                 16      17     18     19
/// rows 0–1  number, binary     parity  white  black  flash
/// rows 2–3  number, Gray code  parity  white  black  flash
/// rows 4–8  a pattern that moves, for the encoder to have something to do
/// ```
///
/// Two codes and their parities: a picture that is half of one and half of another doesn't read as a third.
package enum NumberedPicture {
    package static let columns = 20
    package static let rows = 9
    package static let cells = Self.columns * Self.rows
    /// Bits of a number.
    package static let bits = 16
    /// Pictures between two flashes, and from one random access point to the next.
    package static let cycle = 24
    /// The picture of each cycle at which the flash and the beep begin.
    package static let flashAt = 12
    /// Pictures a flash lasts.
    package static let flashLength = 2
    private static let white: UInt8 = 235
    private static let black: UInt8 = 16

    /// Whether picture `number` has the flash.
    package static func isFlash(_ number: Int) -> Bool {
        (Self.flashAt..<(Self.flashAt + Self.flashLength)).contains(number % Self.cycle)
    }

    /// Luma of each cell, row by row.
    package static func draw(_ number: Int) -> [UInt8] {
        var cells: [UInt8] = []
        cells.reserveCapacity(Self.cells)
        for row in 0..<Self.rows {
            let value = row < 2 ? number : number ^ (number >> 1)
            for column in 0..<Self.columns {
                cells.append(row < 4 ? Self.codeCell(value, number, column) : Self.patternCell(number, row, column))
            }
        }
        return cells
    }

    /// The number that the cells' luma says; `nil` when they are no picture's.
    package static func read(_ cells: some RandomAccessCollection<UInt8>) -> Int? {
        guard cells.count == Self.cells else { return nil }
        let cells = Array(cells)
        func isWhite(_ row: Int, _ column: Int) -> Bool { cells[row * Self.columns + column] >= 128 }
        func value(_ row: Int) -> Int? {
            guard isWhite(row, Self.bits + 1), !isWhite(row, Self.bits + 2) else { return nil }
            let value = (0..<Self.bits).reduce(0) { $0 << 1 | (isWhite(row, $1) ? 1 : 0) }
            return (value.nonzeroBitCount % 2 == 1) == isWhite(row, Self.bits) ? value : nil
        }
        guard let binary = value(0), let gray = value(2), gray == binary ^ (binary >> 1) else { return nil }
        return binary
    }

    private static func codeCell(_ value: Int, _ number: Int, _ column: Int) -> UInt8 {
        let isWhite =
            switch column {
            case ..<Self.bits: value >> (Self.bits - 1 - column) & 1 == 1
            case Self.bits: (value & 0xFFFF).nonzeroBitCount % 2 == 1
            case Self.bits + 1: true
            case Self.bits + 2: false
            default: Self.isFlash(number)
            }
        return isWhite ? Self.white : Self.black
    }

    /// Bars that wander, each row at its own pace.
    private static func patternCell(_ number: Int, _ row: Int, _ column: Int) -> UInt8 {
        let phase = (column * 23 + number * (row * 2 - 5)) % 200
        return UInt8(24 + abs(phase))
    }
}
