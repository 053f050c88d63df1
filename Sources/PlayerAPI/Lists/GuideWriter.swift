import Model

/// A credential's programme guide as XMLTV.
///
/// Source: xmltv.dtd 0.5; XML 1.0, 2.2 (characters) and 2.4 (what must be escaped). Times are UTC.
package struct GuideWriter {
    package private(set) var bytes: [UInt8] = []

    package init(source: String) {
        self.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tv generator-info-name=\"")
        self.escaped(source)
        self.raw("\">\n")
    }

    /// A channel that has programmes; `guide` is its id.
    package mutating func channel(guide: String, name: String, logo: String) {
        self.raw("  <channel id=\"")
        self.escaped(guide)
        self.raw("\"><display-name>")
        self.escaped(name)
        self.raw("</display-name>")
        if !logo.isEmpty {
            self.raw("<icon src=\"")
            self.escaped(logo)
            self.raw("\"/>")
        }
        self.raw("</channel>\n")
    }

    package mutating func programme(_ listing: Listing) {
        self.raw("  <programme start=\"\(Self.time(listing.start))\" stop=\"\(Self.time(listing.end))\" channel=\"")
        self.escaped(listing.guide)
        self.raw("\"><title")
        self.language(listing.language)
        self.escaped(listing.title)
        self.raw("</title>")
        if !listing.about.isEmpty {
            self.raw("<desc")
            self.language(listing.language)
            self.escaped(listing.about)
            self.raw("</desc>")
        }
        self.raw("</programme>\n")
    }

    /// The whole document.
    package consuming func finished() -> [UInt8] {
        self.raw("</tv>\n")
        return self.bytes
    }

    private mutating func language(_ code: String) {
        if !code.isEmpty {
            self.raw(" lang=\"")
            self.escaped(code)
            self.raw("\"")
        }
        self.raw(">")
    }

    private mutating func raw(_ text: String) { self.bytes.append(contentsOf: text.utf8) }

    private mutating func escaped(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": self.raw("&amp;")
            case "<": self.raw("&lt;")
            case ">": self.raw("&gt;")
            case "\"": self.raw("&quot;")
            case "\n", "\r", "\t": self.bytes.append(UInt8(ascii: " "))
            default:
                // What XML has no way to say is left out.
                guard scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF else { continue }
                self.bytes.append(contentsOf: String(scalar).utf8)
            }
        }
    }

    private static func time(_ time: WallTime) -> String {
        let fields = TimeFields(seconds: time.seconds)
        return "\(fields.date(""))\(fields.time("")) +0000"
    }
}
