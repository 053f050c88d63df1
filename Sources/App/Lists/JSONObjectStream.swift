/// Cuts an array of objects into its objects while its bytes come in.
///
/// A panel's list of 100,000 streams has 40 MB, of which one object at a time is held. Strings are passed over with their
/// escapes; what stands between objects is not looked at. Source: RFC 8259.
struct JSONObjectStream {
    /// Bytes of one object, of which a stream has some 500; a longer one is passed over.
    static let objectSizeMax = 256 << 10

    private var object: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Objects that were longer than ``objectSizeMax``.
    private(set) var tooLong = 0

    /// Takes the next bytes and gives the objects that are complete.
    mutating func read(_ bytes: Span<UInt8>, _ take: ([UInt8]) -> Void) {
        for index in 0..<bytes.count {
            let byte = bytes[index]
            if self.depth > 0, self.object.count <= Self.objectSizeMax { self.object.append(byte) }
            if self.isInString {
                self.readString(byte)
            } else if byte == UInt8(ascii: "\"") {
                self.isInString = true
            } else if byte == UInt8(ascii: "{") {
                if self.depth == 0 { self.object = [byte] }
                self.depth += 1
            } else if byte == UInt8(ascii: "}"), self.depth > 0 {
                self.depth -= 1
                if self.depth == 0 { self.end(take) }
            }
        }
    }

    private mutating func readString(_ byte: UInt8) {
        if self.isEscaped {
            self.isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            self.isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            self.isInString = false
        }
    }

    private mutating func end(_ take: ([UInt8]) -> Void) {
        if self.object.count > Self.objectSizeMax { self.tooLong += 1 } else { take(self.object) }
        self.object.removeAll(keepingCapacity: true)
    }
}
