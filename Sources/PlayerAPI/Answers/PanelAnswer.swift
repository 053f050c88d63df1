import Model

/// The answer of `panel_api.php`: everything at once, as apps of the first generation ask for it.
package struct PanelAnswer: AnswerObject {
    package var account: AccountAnswer
    package var categories: [CategoryAnswer]
    package var channels: [PlayerChannel]

    package init(account: AccountAnswer, categories: [CategoryAnswer], channels: [PlayerChannel]) {
        self.account = account
        self.categories = categories
        self.channels = channels
    }

    package static let example = Self(account: .example, categories: [.example], channels: [.example])

    package func fields(_ visit: inout some AnswerVisitor) {
        self.account.fields(&visit)
        visit.object("categories", Categories(live: self.categories), "groups by kind")
        let rows = self.channels.enumerated().map { index, channel in
            (channel.channel.rawValue, PanelChannel(number: Int64(index) + 1, channel: channel))
        }
        visit.byNumber("available_channels", rows, "channels by their number")
    }

    private struct Categories: AnswerObject {
        var live: [CategoryAnswer]

        static let example = Self(live: [.example])

        func fields(_ visit: inout some AnswerVisitor) {
            visit.emptyList("movie", "always empty")
            visit.list("live", self.live, "groups of channels")
            visit.emptyList("series", "always empty")
        }
    }
}

private struct PanelChannel: AnswerObject {
    var number: Int64
    var channel: PlayerChannel

    static let example = Self(number: 1, channel: .example)

    func fields(_ visit: inout some AnswerVisitor) {
        visit.integer("num", self.number, "place in the list, from 1")
        visit.text("name", self.channel.name, "what viewers read")
        visit.text("stream_type", "live", "always live")
        visit.text("type_name", "Live Streams", "always the same")
        visit.integer("stream_id", self.channel.channel.rawValue, "number of the channel")
        visit.text("stream_icon", self.channel.logo, "address of the logo under this server's own; may be empty")
        visit.textOrNull("epg_channel_id", self.channel.guide, "its id in xmltv.php; null when it has no programme")
        visit.digits("added", self.channel.addedAt.seconds, "when it was added, in seconds since 1970")
        visit.text("category_name", self.channel.category.name, "name of its category")
        visit.digits("category_id", self.channel.category.id, "number of its category")
        visit.null("series_no", "always null")
        visit.flagText("live", true, "always 1")
        visit.text("container_extension", "ts", "always ts")
        visit.text("custom_sid", "", "always empty")
        visit.flag("tv_archive", self.channel.archiveDays > 0, "whether past programmes can be watched")
        visit.text("direct_source", "", "always empty: there is no other address")
        visit.integer("tv_archive_duration", self.channel.archiveDays, "days that can be watched later; 0 when none")
    }
}
