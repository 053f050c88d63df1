/// A URI or a relative reference, taken apart.
///
/// It may hold a supplier's address and password, so printing it shows only the scheme; ``text`` gives it whole.
/// Source: RFC 3986, 3 and 4.
package struct URIReference: Hashable, Sendable {
    /// Bytes of the longest reference: twice what signed addresses reach, and what HTTP servers take at most.
    package static let sizeMax = 16 << 10

    /// In lower case; `nil` in a relative reference.
    package private(set) var scheme: String?
    /// `user:password@host:port`.
    package private(set) var authority: String?
    /// May be empty.
    package private(set) var path: String
    /// What stands after `?`, without it.
    package private(set) var query: String?
    /// What stands after `#`, without it; never sent to a server.
    package private(set) var fragment: String?

    /// Takes a reference apart; `nil` when it holds control characters or is longer than ``sizeMax``.
    ///
    /// Characters that may not stand in a URI (spaces, quotes, letters beyond ASCII) are percent-encoded, since panels send them.
    /// Source: RFC 3986, appendix B.
    package init?(_ text: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in Array(text.utf8)[...].trimmed {
            if byte < 0x20 || byte == 0x7F { return nil }
            if Self.mayStand(byte) { bytes.append(byte) } else { Self.percentEncode(byte, into: &bytes) }
        }
        guard bytes.count <= Self.sizeMax else { return nil }
        var rest = bytes[...]
        if let colon = rest.firstIndex(where: { ":/?#".utf8.contains($0) }), rest[colon] == UInt8(ascii: ":"),
            Self.isScheme(rest[..<colon])
        {
            self.scheme = rest[..<colon].text.lowercased()
            rest = rest[(colon + 1)...]
        }
        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
            self.fragment = rest[(hash + 1)...].text
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            self.query = rest[(mark + 1)...].text
            rest = rest[..<mark]
        }
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            self.authority = rest[..<end].text
            rest = rest[end...]
        }
        self.path = rest.text
    }

    /// Whether it names a resource by itself.
    package var isAbsolute: Bool { self.scheme != nil }

    /// In lower case, without user, port and the brackets of an IPv6 address; `nil` when there is none.
    package var host: String? {
        guard let (host, _) = self.hostAndPort, !host.isEmpty else { return nil }
        return host.text.lowercased()
    }

    /// The port, if it is written and a number of 0…65535.
    package var port: Int? {
        guard let (_, port) = self.hostAndPort else { return nil }
        return DecimalText.integer(port, max: 65_535).map(Int.init)
    }

    /// The reference, put together.
    ///
    /// Source: RFC 3986, 5.3.
    package var text: String {
        var text = ""
        if let scheme = self.scheme { text += scheme + ":" }
        if let authority = self.authority { text += "//" + authority }
        text += self.path
        if let query = self.query { text += "?" + query }
        if let fragment = self.fragment { text += "#" + fragment }
        return text
    }

    /// Without the fragment, as it is fetched.
    package var withoutFragment: URIReference {
        var copy = self
        copy.fragment = nil
        return copy
    }

    private var hostAndPort: (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>)? {
        guard let authority = self.authority else { return nil }
        var rest = Array(authority.utf8)[...]
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest = rest[(at + 1)...] }
        if rest.first == UInt8(ascii: "["), let bracket = rest.firstIndex(of: UInt8(ascii: "]")) {
            return (rest[rest.startIndex..<bracket].dropFirst(), rest[(bracket + 1)...].dropFirst())
        }
        let colon = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
        return (rest[..<colon], rest[colon...].dropFirst())
    }

    private static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, Self.isLetter(first) else { return false }
        return bytes.allSatisfy { Self.isLetter($0) || $0 &- UInt8(ascii: "0") < 10 || "+-.".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    private static func mayStand(_ byte: UInt8) -> Bool { byte < 0x80 && !" \"<>\\^`{|}".utf8.contains(byte) }

    static func percentEncode(_ byte: UInt8, into output: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        output.append(UInt8(ascii: "%"))
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 0x0F)])
    }
}

extension URIReference {
    /// What this reference means where `base` is.
    ///
    /// Source: RFC 3986, 5.2.2, strict.
    package func resolved(against base: URIReference) -> URIReference {
        var target = self
        if self.scheme != nil {
            target.path = Self.removingDotSegments(self.path)
            return target
        }
        target.scheme = base.scheme
        if self.authority != nil {
            target.path = Self.removingDotSegments(self.path)
            return target
        }
        target.authority = base.authority
        if self.path.isEmpty {
            target.path = base.path
            if self.query == nil { target.query = base.query }
        } else if self.path.utf8.first == UInt8(ascii: "/") {
            target.path = Self.removingDotSegments(self.path)
        } else {
            target.path = Self.removingDotSegments(base.directory + self.path)
        }
        return target
    }

    /// What a relative path is appended to.
    ///
    /// Source: RFC 3986, 5.2.3.
    private var directory: String {
        if self.authority != nil, self.path.isEmpty { return "/" }
        let bytes = Array(self.path.utf8)
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return bytes[...slash].text
    }

    /// Source: RFC 3986, 5.2.4; the letters are the steps there.
    private static func removingDotSegments(_ path: String) -> String {
        let slash = UInt8(ascii: "/")
        var rest = Array(path.utf8)[...]
        var output: [UInt8] = []
        func removeLastSegment() {
            while let last = output.popLast(), last != slash {}
        }
        while !rest.isEmpty {
            if rest.starts(with: "../".utf8) {  // A
                rest = rest.dropFirst(3)
            } else if rest.starts(with: "./".utf8) {  // A
                rest = rest.dropFirst(2)
            } else if rest.starts(with: "/./".utf8) {  // B
                rest = rest.dropFirst(2)
            } else if rest.elementsEqual("/.".utf8) {  // B
                rest = [slash]
            } else if rest.starts(with: "/../".utf8) {  // C
                rest = rest.dropFirst(3)
                removeLastSegment()
            } else if rest.elementsEqual("/..".utf8) {  // C
                rest = [slash]
                removeLastSegment()
            } else if rest.elementsEqual(".".utf8) || rest.elementsEqual("..".utf8) {  // D
                rest = []
            } else {  // E
                let next = rest.dropFirst().firstIndex(of: slash) ?? rest.endIndex
                output.append(contentsOf: rest[rest.startIndex..<next])
                rest = rest[next...]
            }
        }
        return output[...].text
    }
}

extension URIReference: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { (self.scheme.map { $0 + ":" } ?? "") + "<redacted>" }
    package var debugDescription: String { self.description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
