/// Decimal digits, two at a time.
enum Digits {
    /// How many digits a number has: 1 to 20.
    @inline(__always)
    static func count(of value: UInt64) -> Int {
        var rest = value
        var count = 1
        while true {
            if rest < 10 { return count }
            if rest < 100 { return count &+ 1 }
            if rest < 1_000 { return count &+ 2 }
            if rest < 10_000 { return count &+ 3 }
            rest /= 10_000
            count &+= 4
        }
    }

    /// Writes all digits of a number, the last one before `end`.
    @inline(__always)
    static func write(_ value: UInt64, endingAt end: UnsafeMutablePointer<UInt8>) {
        var rest = value
        var place = end
        while rest >= 10 {
            place -= 2
            self.pair(rest % 100, to: place)
            rest /= 100
        }
        // An odd number of digits, or nothing but 0.
        if rest > 0 || place == end { (place - 1).pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest) }
    }

    /// Writes a number below 100 as two digits.
    @inline(__always)
    static func pair(_ value: UInt64, to place: UnsafeMutablePointer<UInt8>) {
        // 103/1024 is near enough to a tenth for every number below 179.
        let tens = (value &* 103) &>> 10
        place[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: tens)
        place[1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value &- tens &* 10)
    }
}
