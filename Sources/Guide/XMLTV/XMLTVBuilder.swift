import Model

/// Elements of XMLTV to channels and programmes.
///
/// Pure. What is not understood (credits, ratings, …) is passed over; a programme without a time, a channel or a title is
/// left out and counted.
/// Source: xmltv.dtd.
package struct XMLTVBuilder: XMLSink, Sendable {
    /// Bytes of a title, a category, a channel's name; longer ones are cut.
    package static let nameSizeMax = 512
    /// Bytes of a description; longer ones are cut.
    package static let descriptionSizeMax = 8_192
    /// Bytes of a channel's id and of a picture's address; programmes with longer ids are left out, longer addresses too.
    package static let idSizeMax = 256
    static let addressSizeMax = 2_048
    /// Languages, categories and names of one programme or channel; more are left out.
    package static let textsMax = 8

    /// What was finished since it was asked last.
    package enum Item: Hashable, Sendable {
        case channel(GuideChannel)
        case programme(PartialProgramme)
    }

    /// A programme whose end the guide may not say: the next one's beginning then.
    package struct PartialProgramme: Hashable, Sendable {
        package var programme: Programme
        package var hasStop: Bool
    }

    private enum Place {
        case outside, guide, channel, programme, passedOver
    }

    private var items: [Item] = []
    /// Programmes and channels that lacked what they need.
    package private(set) var leftOut: Int64 = 0
    private var depth = 0
    private var place = Place.outside
    private var channel = GuideChannel(epg: "", names: [])
    private var programme: PartialProgramme?
    private var language = ""
    /// The text of the element being read; `nil` where it doesn't matter.
    private var text: [UInt8]?
    private var textSizeMax = 0

    package init() {}

    /// The items finished by now, once.
    package mutating func take() -> [Item] {
        defer { self.items = [] }
        return self.items
    }

    package mutating func opened(
        _ name: String,
        _ attributes: [XMLAttribute],
        at offset: Int64
    ) throws(XMLError) {
        self.depth += 1
        func value(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
        switch self.depth {
        case 1:
            guard name == "tv" else { throw .notXMLTV(root: String(name.prefix(40))) }
            self.place = .guide
        case 2: self.beginEntry(name, value)
        case 3: self.beginDetail(name, value)
        default: break
        }
    }

    package mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard self.text != nil, self.depth == 3 else { return }
        let room = self.textSizeMax - (self.text?.count ?? 0)
        self.text?.append(contentsOf: bytes.prefix(max(room, 0)))
    }

    package mutating func closed(_ name: String) throws(XMLError) {
        switch self.depth {
        case 3: self.endDetail(name)
        case 2: self.endEntry()
        default: break
        }
        self.depth -= 1
    }

    private mutating func beginEntry(_ name: String, _ value: (String) -> String?) {
        switch name {
        case "channel":
            self.place = .channel
            self.channel = GuideChannel(epg: GuideWords.trimmed(value("id") ?? ""), names: [])
        case "programme":
            self.place = .programme
            self.programme = Self.programme(value)
        default: self.place = .passedOver
        }
    }

    private static func programme(_ value: (String) -> String?) -> PartialProgramme? {
        let epg = GuideWords.trimmed(value("channel") ?? "")
        guard self.isID(epg), let start = value("start").flatMap(XMLTVTime.init) else { return nil }
        let stop = value("stop").flatMap(XMLTVTime.init)
        if let stop, stop.time <= start.time { return nil }
        let programme = Programme(
            epg: epg,
            start: start.time,
            stop: stop?.time ?? start.time,
            offsetMinutes: start.offsetMinutes,
            titles: []
        )
        return PartialProgramme(programme: programme, hasStop: stop != nil)
    }

    private mutating func beginDetail(_ name: String, _ value: (String) -> String?) {
        guard self.place == .channel || self.place == .programme else { return }
        switch name {
        case "icon":
            let address = value("src").map(GuideWords.trimmed) ?? ""
            guard (1...Self.addressSizeMax).contains(address.utf8.count) else { return }
            if self.place == .channel { self.channel.icon = self.channel.icon ?? address }
            if self.programme?.programme.icon == nil { self.programme?.programme.icon = address }
        case "display-name", "title", "category", "desc":
            self.language = String(GuideWords.trimmed(value("lang") ?? "").prefix(16))
            self.text = []
            self.textSizeMax = name == "desc" ? Self.descriptionSizeMax : Self.nameSizeMax
        default: break
        }
    }

    private mutating func endDetail(_ name: String) {
        guard let bytes = self.text else { return }
        self.text = nil
        let words = GuideWords.cleaned(bytes, keepsLines: name == "desc")
        guard !words.isEmpty else { return }
        let text = GuideText(language: self.language, text: words)
        switch (self.place, name) {
        case (.channel, "display-name"): Self.add(text, to: &self.channel.names)
        case (.programme, "title"): self.add(text, to: \.titles)
        case (.programme, "desc"): self.add(text, to: \.descriptions)
        case (.programme, "category"): self.add(text, to: \.categories)
        default: break
        }
    }

    private mutating func add(_ text: GuideText, to list: WritableKeyPath<Programme, [GuideText]>) {
        guard var texts = self.programme?.programme[keyPath: list] else { return }
        Self.add(text, to: &texts)
        self.programme?.programme[keyPath: list] = texts
    }

    private static func add(_ text: GuideText, to list: inout [GuideText]) {
        if list.count < self.textsMax { list.append(text) }
    }

    private mutating func endEntry() {
        defer {
            self.place = .guide
            self.programme = nil
        }
        switch self.place {
        case .channel where Self.isID(self.channel.epg): self.items.append(.channel(self.channel))
        case .programme:
            guard let programme = self.programme, !programme.programme.titles.isEmpty else {
                self.leftOut += 1
                return
            }
            self.items.append(.programme(programme))
        case .channel: self.leftOut += 1
        default: break
        }
    }

    private static func isID(_ text: String) -> Bool { (1...self.idSizeMax).contains(text.utf8.count) }
}

/// Texts as they are kept.
enum GuideWords {
    /// Without white space around it.
    static func trimmed(_ text: String) -> String { self.cleaned(Array(text.utf8), keepsLines: false) }

    /// One space where there were several, no control characters, nothing around it; a cut character is left out.
    ///
    /// With `keepsLines`, line ends stay, one at a time.
    static func cleaned(_ bytes: [UInt8], keepsLines: Bool) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var space: UInt8?
        for byte in self.whole(bytes) {
            if XMLSpace.contains(byte) {
                space = byte == 0x0a && keepsLines ? byte : space ?? 0x20
            } else if byte >= 0x20, byte != 0x7f {
                if let space, !result.isEmpty { result.append(space) }
                space = nil
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Without the beginning of a character at the end.
    private static func whole(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        let tail = bytes.suffix(3)
        guard let lead = tail.lastIndex(where: { $0 >= 0xc0 }) else { return bytes[...] }
        let size = bytes[lead] >= 0xf0 ? 4 : bytes[lead] >= 0xe0 ? 3 : 2
        return bytes.count - lead < size ? bytes[..<lead] : bytes[...]
    }
}
