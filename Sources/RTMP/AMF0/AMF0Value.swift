/// A value as ActionScript's first message format writes it.
///
/// ```text
/// marker u8, then  0 number: f64   1 boolean: u8        2 string: u16 length, UTF-8   3 object: (name, value)…, end
///                  5 null          6 undefined          8 ECMA array: u32 count hint, then as object
///                 10 strict array: u32 count, value…   11 date: f64 ms since 1970, s16 zone   12 long string: u32 length
///                 15 XML document: as long string      16 typed object: class name, then as object
/// end = 00 00 09
/// ```
///
/// Source: Action Message Format AMF 0, Adobe 2007, chapter 2. References (7) and the switch to AMF 3 (17) are not read.
package enum AMF0Value: Hashable, Sendable {
    /// A named value of an object or an ECMA array; order is kept.
    package struct Property: Hashable, Sendable {
        package var name: String
        package var value: AMF0Value

        package init(_ name: String, _ value: AMF0Value) {
            self.name = name
            self.value = value
        }
    }

    case number(Double)
    case boolean(Bool)
    /// Written as a long string where 65,535 bytes are not enough.
    case string(String)
    case object([Property])
    case null
    case undefined
    case ecmaArray([Property])
    case strictArray([AMF0Value])
    /// Milliseconds since 1970-01-01, and a time zone in minutes, which the format says to leave 0.
    case date(milliseconds: Double, zone: Int16)
    case xmlDocument(String)
    case typedObject(name: String, [Property])

    package var number: Double? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    package var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    /// The named values of an object of any kind; `nil` for other values.
    package var properties: [Property]? {
        switch self {
        case .object(let properties), .ecmaArray(let properties), .typedObject(_, let properties): properties
        default: nil
        }
    }

    /// The first value of that name in an object of any kind.
    package subscript(_ name: String) -> AMF0Value? {
        self.properties?.first { $0.name == name }?.value
    }

    /// The first byte of each kind of value.
    enum Marker: UInt8 {
        case number = 0
        case boolean = 1
        case string = 2
        case object = 3
        case null = 5
        case undefined = 6
        case ecmaArray = 8
        case objectEnd = 9
        case strictArray = 10
        case date = 11
        case longString = 12
        case xmlDocument = 15
        case typedObject = 16
    }
}

/// Why bytes are not AMF 0 values.
package enum AMF0Error: Error, Hashable, Sendable {
    case truncated
    /// A marker that is reserved, or that this reader does not speak.
    case marker(found: UInt8)
    /// Objects within objects.
    case tooDeep(allowed: Int)
    /// Values of one message.
    case tooMany(allowed: Int)
}
