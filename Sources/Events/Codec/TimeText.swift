import Model

/// The text of moments, most of which are of one day: the calendar is asked once a day.
///
/// The bytes are those of ``WallTime/write(to:)``.
struct TimeText {
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// The day of ``date``; no moment is of the first one.
    private var day = Int64.min
    /// `2026-11-`, in memory order, and `-22T`, which begins with the eighth byte.
    private var date: (UInt64, UInt32) = (0, 0)

    /// Writes ``WallTime/textSize`` bytes.
    @inline(__always)
    mutating func write(_ time: WallTime, to place: UnsafeMutablePointer<UInt8>) {
        let inDay = time.microseconds &- self.day &* Self.microsecondsPerDay
        guard self.day != .min, (0..<Self.microsecondsPerDay).contains(inDay) else {
            return self.begin(time, to: place)
        }
        let bytes = UnsafeMutableRawPointer(place)
        bytes.storeBytes(of: self.date.0, as: UInt64.self)
        bytes.storeBytes(of: self.date.1, toByteOffset: 7, as: UInt32.self)
        let (seconds, fraction) = UInt64(inDay).quotientAndRemainder(dividingBy: 1_000_000)
        let minutes = seconds / 60
        Digits.pair(minutes / 60, to: place + 11)
        place[13] = UInt8(ascii: ":")
        Digits.pair(minutes % 60, to: place + 14)
        place[16] = UInt8(ascii: ":")
        Digits.pair(seconds % 60, to: place + 17)
        place[19] = UInt8(ascii: ".")
        Digits.pair(fraction / 10_000, to: place + 20)
        Digits.pair(fraction / 100 % 100, to: place + 22)
        Digits.pair(fraction % 100, to: place + 24)
        place[26] = UInt8(ascii: "Z")
    }

    /// Writes a moment of another day than the last one's.
    @inline(never)
    private mutating func begin(_ time: WallTime, to place: UnsafeMutablePointer<UInt8>) {
        time.write(to: UnsafeMutableBufferPointer(start: place, count: WallTime.textSize))
        let bytes = UnsafeRawPointer(place)
        self.day = time.day
        self.date.0 = bytes.loadUnaligned(as: UInt64.self)
        self.date.1 = bytes.loadUnaligned(fromByteOffset: 7, as: UInt32.self)
    }
}
