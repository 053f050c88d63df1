package import Model

/// A programme as players need it.
package struct Listing: Hashable, Sendable {
    /// 0 to 2^31 − 1: apps hold it in 32 bits.
    package var id: Int64
    package var title: String
    package var about: String
    /// Language code; empty when unknown.
    package var language: String
    package var start: WallTime
    package var end: WallTime
    /// The channel's id in the programme guide.
    package var guide: String

    package init(
        id: Int64,
        title: String,
        about: String = "",
        language: String = "",
        start: WallTime,
        end: WallTime,
        guide: String
    ) {
        self.id = id
        self.title = title
        self.about = about
        self.language = language
        self.start = start
        self.end = end
        self.guide = guide
    }

    package static let example = Self(
        id: 4_711,
        title: "Evening News",
        about: "What happened today.",
        language: "en",
        start: WallTime(seconds: 1_795_417_200),
        end: WallTime(seconds: 1_795_419_000),
        guide: "news.one"
    )

    /// A number that stays the same for a programme: made of its channel and start (FNV-1a).
    package static func number(guide: String, start: WallTime) -> Int64 {
        var hash: UInt32 = 2_166_136_261
        for byte in "\(guide)\u{0}\(start.seconds)".utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int64(hash & 0x7FFF_FFFF)
    }

    /// Whether it runs at `now`.
    func isOn(at now: WallTime) -> Bool { self.start <= now && now < self.end }
}

/// Programmes of one channel, with what it takes to say them.
package struct ListingPage: Sendable {
    package var channel: ChannelID
    package var listings: [Listing]
    /// Days back that can be watched; 0 when none.
    package var archiveDays: Int64

    package init(channel: ChannelID, listings: [Listing], archiveDays: Int64 = 0) {
        self.channel = channel
        self.listings = listings
        self.archiveDays = archiveDays
    }

    static let example = Self(channel: ChannelID(101), listings: [.example], archiveDays: 3)

    /// Whether a programme that began at `start` is still kept.
    func keeps(_ listing: Listing, at now: WallTime) -> Bool {
        self.archiveDays > 0 && listing.start <= now
            && listing.start >= now.advanced(milliseconds: -self.archiveDays &* 86_400_000)
    }
}

/// A programme in `get_short_epg` and `get_simple_data_table`.
struct ListingAnswer: AnswerObject {
    var listing: Listing
    var channel: ChannelID
    var clock: ServerClock
    /// Only in the table.
    var marks: Marks?

    struct Marks: Sendable {
        var isOn: Bool
        var isKept: Bool
    }

    static let example = Self(
        listing: .example,
        channel: ChannelID(101),
        clock: .utc,
        marks: Marks(isOn: true, isKept: false)
    )

    func fields(_ visit: inout some AnswerVisitor) {
        visit.digits("id", self.listing.id, "number of the programme")
        visit.digits("epg_id", self.channel.rawValue, "number of the channel")
        visit.base64("title", self.listing.title, "its title")
        visit.text("lang", self.listing.language, "language code; may be empty")
        visit.text("start", self.clock.text(self.listing.start), "its start, in server_info.timezone")
        visit.text("end", self.clock.text(self.listing.end), "its end, in server_info.timezone")
        visit.base64("description", self.listing.about, "what it is about; may be empty")
        visit.text("channel_id", self.listing.guide, "the channel's id in xmltv.php")
        visit.digits("start_timestamp", self.listing.start.seconds, "its start, in seconds since 1970")
        visit.digits("stop_timestamp", self.listing.end.seconds, "its end, in seconds since 1970")
        visit.digits("stream_id", self.channel.rawValue, "number of the channel")
        guard let marks = self.marks else {
            visit.text("stop", self.clock.text(self.listing.end), "the same as end")
            return
        }
        visit.flag("now_playing", marks.isOn, "whether it runs now")
        visit.flag("has_archive", marks.isKept, "whether it can be watched again")
    }
}

/// `get_short_epg` and `get_simple_data_table`: programmes of one channel, or of several by their numbers.
package struct ListingsAnswer: AnswerObject {
    package var pages: [ListingPage]
    /// Whether several channels were asked for.
    package var isByChannel: Bool
    /// Whether each programme says if it runs now and if it is kept.
    package var isTable: Bool
    package var clock: ServerClock
    package var now: WallTime

    package init(pages: [ListingPage], isByChannel: Bool, isTable: Bool, clock: ServerClock, now: WallTime) {
        self.pages = pages
        self.isByChannel = isByChannel
        self.isTable = isTable
        self.clock = clock
        self.now = now
    }

    package static let example = Self(
        pages: [.example],
        isByChannel: false,
        isTable: true,
        clock: .utc,
        now: WallTime(seconds: 1_795_417_200)
    )

    package func fields(_ visit: inout some AnswerVisitor) {
        guard self.isByChannel else {
            return visit.list("epg_listings", self.pages.first.map(self.rows) ?? [], "programmes, the earliest first")
        }
        let pages = self.pages.map { ($0.channel.rawValue, self.rows($0)) }
        visit.listsByNumber("epg_listings", pages, "programmes by the channel's number")
    }

    private func rows(_ page: ListingPage) -> [ListingAnswer] {
        page.listings.map { listing in
            ListingAnswer(
                listing: listing,
                channel: page.channel,
                clock: self.clock,
                marks: self.isTable
                    ? .init(isOn: listing.isOn(at: self.now), isKept: page.keeps(listing, at: self.now)) : nil
            )
        }
    }
}

/// A programme in `get_epg`, the newer form: times are numbers.
package struct NewListingAnswer: AnswerObject {
    var listing: Listing
    var channel: ChannelID

    package init(listing: Listing, channel: ChannelID) {
        self.listing = listing
        self.channel = channel
    }

    package static let example = Self(listing: .example, channel: ChannelID(101))

    package func fields(_ visit: inout some AnswerVisitor) {
        visit.digits("id", self.listing.id, "number of the programme")
        visit.digits("epg_id", self.channel.rawValue, "number of the channel")
        visit.base64("title", self.listing.title, "its title")
        visit.text("lang", self.listing.language, "language code; may be empty")
        visit.integer("start", self.listing.start.seconds, "its start, in seconds since 1970")
        visit.integer("end", self.listing.end.seconds, "its end, in seconds since 1970")
        visit.base64("description", self.listing.about, "what it is about; may be empty")
        visit.text("channel_id", self.listing.guide, "the channel's id in xmltv.php")
    }
}
