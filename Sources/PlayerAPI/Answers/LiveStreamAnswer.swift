package import Model

/// A channel as players need it.
package struct PlayerChannel: Hashable, Sendable {
    package var channel: ChannelID
    package var name: String
    package var category: CategoryAnswer
    /// Address of its logo under our own address; empty when there is none.
    package var logo: String
    /// Its id in the programme guide.
    package var guide: String?
    package var addedAt: WallTime
    /// Days that can be watched later; 0 when none.
    package var archiveDays: Int64

    package init(
        channel: ChannelID,
        name: String,
        category: CategoryAnswer,
        logo: String = "",
        guide: String? = nil,
        addedAt: WallTime,
        archiveDays: Int64 = 0
    ) {
        self.channel = channel
        self.name = name
        self.category = category
        self.logo = logo
        self.guide = guide
        self.addedAt = addedAt
        self.archiveDays = archiveDays
    }

    package static let example = Self(
        channel: ChannelID(101),
        name: "News One",
        category: .example,
        logo: "http://tv.example:8080/logo/101",
        guide: "news.one",
        addedAt: WallTime(seconds: 1_795_417_200),
        archiveDays: 3
    )
}

/// A row of `get_live_streams`.
package struct LiveStreamAnswer: AnswerObject {
    /// Place in the list, from 1.
    package var number: Int64
    package var channel: PlayerChannel

    package init(number: Int64, channel: PlayerChannel) {
        self.number = number
        self.channel = channel
    }

    package static let example = Self(number: 1, channel: .example)

    package func fields(_ visit: inout some AnswerVisitor) {
        visit.integer("num", self.number, "place in the list, from 1")
        visit.text("name", self.channel.name, "what viewers read")
        visit.text("stream_type", "live", "always live")
        visit.integer("stream_id", self.channel.channel.rawValue, "number of the channel")
        visit.text("stream_icon", self.channel.logo, "address of the logo under this server's own; may be empty")
        visit.textOrNull("epg_channel_id", self.channel.guide, "its id in xmltv.php; null when it has no programme")
        visit.digits("added", self.channel.addedAt.seconds, "when it was added, in seconds since 1970")
        visit.flagText("is_adult", false, "always 0")
        visit.digits("category_id", self.channel.category.id, "number of its category")
        visit.integers("category_ids", [self.channel.category.id], "the same")
        visit.text("custom_sid", "", "always empty")
        visit.flag("tv_archive", self.channel.archiveDays > 0, "whether past programmes can be watched")
        visit.text("direct_source", "", "always empty: there is no other address")
        visit.integer("tv_archive_duration", self.channel.archiveDays, "days that can be watched later; 0 when none")
    }
}
