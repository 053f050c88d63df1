package import Model

/// A text in one language.
package struct GuideText: Hashable, Sendable {
    /// As the guide names it, such as `de`; empty where it doesn't say.
    package var language: String
    package var text: String

    package init(language: String, text: String) {
        self.language = language
        self.text = text
    }
}

/// One programme of one channel.
package struct Programme: Hashable, Sendable {
    /// A number of its own, below 2^31; another one after the guide was refreshed.
    package var id: Int64
    /// The channel's id in the guide: XMLTV's `channel`, players' `epg_channel_id`.
    package var epg: String
    package var start: WallTime
    package var stop: WallTime
    /// Minutes east of UTC in which the guide gave its times.
    package var offsetMinutes: Int
    /// At least one, the guide's first one first.
    package var titles: [GuideText]
    package var descriptions: [GuideText]
    package var categories: [GuideText]
    /// The address of a picture, at the supplier of the guide; never to be shown to viewers as it is.
    package var icon: String?

    package init(
        id: Int64 = 0,
        epg: String,
        start: WallTime,
        stop: WallTime,
        offsetMinutes: Int = 0,
        titles: [GuideText],
        descriptions: [GuideText] = [],
        categories: [GuideText] = [],
        icon: String? = nil
    ) {
        self.id = id
        self.epg = epg
        self.start = start
        self.stop = stop
        self.offsetMinutes = offsetMinutes
        self.titles = titles
        self.descriptions = descriptions
        self.categories = categories
        self.icon = icon
    }

    /// The title in a language, or else the guide's first one.
    package func title(in language: String = "") -> GuideText {
        Self.best(self.titles, language) ?? GuideText(language: "", text: "")
    }

    /// The description in a language, or else the guide's first one; `nil` where there is none.
    package func description(in language: String = "") -> GuideText? {
        Self.best(self.descriptions, language)
    }

    private static func best(_ texts: [GuideText], _ language: String) -> GuideText? {
        texts.first { $0.language == language } ?? texts.first
    }
}

/// A channel as a guide knows it.
package struct GuideChannel: Hashable, Sendable {
    /// XMLTV's `id`.
    package var epg: String
    /// Names for people; may be none.
    package var names: [GuideText]
    /// The address of its logo at the supplier of the guide.
    package var icon: String?

    package init(epg: String, names: [GuideText], icon: String? = nil) {
        self.epg = epg
        self.names = names
        self.icon = icon
    }
}
