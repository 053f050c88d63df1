extension AMF0Value {
    /// The bytes of this value.
    ///
    /// Names longer than 65,535 bytes are cut: a name has no long form.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        self.write(to: &bytes)
        return bytes
    }

    /// Appends the bytes of this value.
    func write(to bytes: inout [UInt8]) {
        switch self {
        case .number(let number):
            bytes.append(Marker.number.rawValue)
            bytes.appendBigEndian(number.bitPattern, size: 8)
        case .boolean(let boolean):
            bytes += [Marker.boolean.rawValue, boolean ? 1 : 0]
        case .string(let string):
            let isLong = string.utf8.count > Int(UInt16.max)
            bytes.append((isLong ? Marker.longString : Marker.string).rawValue)
            bytes.appendBigEndian(string.utf8.count, size: isLong ? 4 : 2)
            bytes += string.utf8
        case .object(let properties):
            bytes.append(Marker.object.rawValue)
            Self.write(properties, to: &bytes)
        case .null:
            bytes.append(Marker.null.rawValue)
        case .undefined:
            bytes.append(Marker.undefined.rawValue)
        case .ecmaArray(let properties):
            bytes.append(Marker.ecmaArray.rawValue)
            bytes.appendBigEndian(properties.count, size: 4)
            Self.write(properties, to: &bytes)
        case .strictArray(let elements):
            bytes.append(Marker.strictArray.rawValue)
            bytes.appendBigEndian(elements.count, size: 4)
            for element in elements { element.write(to: &bytes) }
        case .date(let milliseconds, let zone):
            bytes.append(Marker.date.rawValue)
            bytes.appendBigEndian(milliseconds.bitPattern, size: 8)
            bytes.appendBigEndian(zone, size: 2)
        case .xmlDocument(let text):
            bytes.append(Marker.xmlDocument.rawValue)
            bytes.appendBigEndian(text.utf8.count, size: 4)
            bytes += text.utf8
        case .typedObject(let name, let properties):
            bytes.append(Marker.typedObject.rawValue)
            Self.write(name, to: &bytes)
            Self.write(properties, to: &bytes)
        }
    }

    private static func write(_ properties: [Property], to bytes: inout [UInt8]) {
        for property in properties {
            Self.write(property.name, to: &bytes)
            property.value.write(to: &bytes)
        }
        bytes += [0, 0, Marker.objectEnd.rawValue]
    }

    private static func write(_ name: String, to bytes: inout [UInt8]) {
        let cut = name.utf8.prefix(Int(UInt16.max))
        bytes.appendBigEndian(cut.count, size: 2)
        bytes += cut
    }
}
