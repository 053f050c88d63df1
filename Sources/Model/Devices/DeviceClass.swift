/// What kind of device a user agent says it is.
///
/// A television stands in a home; a portable device goes between them. Programs that run on both say neither.
package enum DeviceClass: String, CaseIterable, Sendable {
    case tv
    case portable = "port"
    case unknown = "unk"

    /// Marks of televisions and boxes, in lower case.
    ///
    /// Fire TV models begin with `AFT`, MAG boxes call themselves `MAG…` or `stbapp`, Enigma2 receivers by that name.
    private static let tvMarks = Self.marks([
        "smart-tv", "smarttv", "web0s", "webos", "android tv", "androidtv", "googletv", "google tv", "bravia", "mag2",
        "mag3", "mag4", "mag5", "stbapp", "enigma2", "openatv", "dreambox", "vu+", "aft", "appletv", "apple tv", "tvos",
        "roku", "tizen", "hbbtv", "netcast", "viera", "chromecast", "crkey", "shield",
    ])
    /// Marks of what is carried about, in lower case; Android phones and tablets tell their model.
    private static let portableMarks = Self.marks([
        "iphone", "ipad", "ipod", "sm-", "pixel", "redmi", "xiaomi", "poco", "oneplus", "huawei", "honor", "moto g",
        "moto e", "motorola", "nokia", "oppo", "vivo", "realme", "lenovo tb", "mobile", "windows", "macintosh",
        "mac os x", "macos", "x11; linux x86_64", "cros",
    ])

    /// Their bytes, taken once: a mark is looked for with every viewer who comes.
    private static func marks(_ marks: [String]) -> [[UInt8]] { marks.map { Array($0.utf8) } }

    /// Judges a user agent by the marks it bears; marks of televisions count first, since they often name their system too.
    package init(userAgent: String) {
        let text = Array(userAgent.utf8.prefix(Self.sizeMax)).map { byte in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
        }
        if Self.tvMarks.contains(where: { Self.bears(text, $0) }) {
            self = .tv
        } else if Self.portableMarks.contains(where: { Self.bears(text, $0) }) {
            self = .portable
        } else {
            self = .unknown
        }
    }

    /// Bytes of a user agent that are looked at; longer ones are made up.
    private static let sizeMax = 512

    /// Whether a mark stands in the text at the beginning of a word.
    private static func bears(_ text: [UInt8], _ mark: [UInt8]) -> Bool {
        guard text.count >= mark.count else { return false }
        for start in 0...(text.count - mark.count) where text[start] == mark[0] {
            guard start == 0 || !Self.isLetter(text[start - 1]) else { continue }
            if text[start..<(start + mark.count)].elementsEqual(mark) { return true }
        }
        return false
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}
