import Model

/// A credential's channels as an M3U list.
///
/// One line breaks a list: names have no control characters here, attributes no quotation marks, and names and passwords
/// are encoded in addresses.
package struct ChannelListWriter: Sendable {
    /// `type=` of `get.php`.
    package enum Form: Hashable, Sendable {
        /// Names and addresses alone.
        case plain
        /// With ids, logos and groups.
        case plus
    }

    /// The address up to the path, such as `http://tv.example:8080`.
    package var base: String
    package var username: String
    package var password: String
    /// Stands in every address in place of name and password, where it is given.
    package var token: String?
    package var form: Form
    package var format: StreamFormat

    package init(
        base: String,
        username: String,
        password: String,
        token: String? = nil,
        form: Form,
        format: StreamFormat
    ) {
        self.token = token
        self.base = base
        self.username = username
        self.password = password
        self.form = form
        self.format = format
    }

    /// The name that browsers save it under.
    package var fileName: String {
        let name = self.username.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        return "playlist_\(name)\(self.form == .plus ? "_plus" : "").m3u"
    }

    package func list(_ channels: [PlayerChannel]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(channels.count * 200)
        text.append(contentsOf: "#EXTM3U".utf8)
        if self.form == .plus {
            text.append(contentsOf: " x-tvg-url=\"\(self.base)/xmltv.php?\(self.login)\"".utf8)
        }
        text.append(UInt8(ascii: "\n"))
        let folder = "\(self.base)/\(self.folder)/"
        let ending = self.format == .hls ? ".m3u8" : ".ts"
        for channel in channels {
            self.append(channel, to: &text)
            text.append(contentsOf: folder.utf8)
            text.append(contentsOf: "\(channel.channel.rawValue)\(ending)\n".utf8)
        }
        return text
    }

    /// Who asks, in a query.
    private var login: String {
        if let token { return "token=\(PercentText.query(token))" }
        return "username=\(PercentText.query(self.username))&password=\(PercentText.query(self.password))"
    }

    /// Who asks, in a path.
    private var folder: String {
        if let token { return "live/\(PercentText.segment(token))" }
        return "\(PercentText.segment(self.username))/\(PercentText.segment(self.password))"
    }

    private func append(_ channel: PlayerChannel, to text: inout [UInt8]) {
        text.append(contentsOf: "#EXTINF:-1".utf8)
        let name = Self.line(channel.name)
        if self.form == .plus {
            if channel.archiveDays > 0 {
                let days = channel.archiveDays
                // `xc` has players take name and password out of the address; `shift` has them add `?utc=` to it.
                let way = self.token == nil ? "xc" : "shift"
                text.append(contentsOf: " timeshift=\"\(days)\" catchup=\"\(way)\" catchup-days=\"\(days)\"".utf8)
            }
            let group = Self.attribute(channel.category.name)
            text.append(contentsOf: " tvg-id=\"\(Self.attribute(channel.guide ?? ""))\"".utf8)
            text.append(contentsOf: " tvg-name=\"\(Self.attribute(channel.name))\"".utf8)
            text.append(contentsOf: " tvg-logo=\"\(Self.attribute(channel.logo))\" group-title=\"\(group)\"".utf8)
        }
        text.append(contentsOf: ",\(name)\n".utf8)
    }

    /// The text without what ends a line somewhere.
    private static func line(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !Self.endsLine(scalar) { scalars.append(scalar) }
        return String(scalars)
    }

    private static func attribute(_ text: String) -> String {
        String(String.UnicodeScalarView(Self.line(text).unicodeScalars.map { $0 == "\"" ? "'" : $0 }))
    }

    private static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}

/// Texts as they stand in addresses.
///
/// Source: RFC 3986, 2.1 and 2.3.
enum PercentText {
    /// In a path: all but unreserved characters are encoded.
    static func segment(_ text: String) -> String { Self.encoded(text) }

    /// In a query: the same, which is right in a form too.
    static func query(_ text: String) -> String { Self.encoded(text) }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
