import Guide
import Model
import PlayerAPI

/// The programmes of the guides.
struct GuideProgrammes: ProgrammeSource {
    let book: GuideBook

    var version: Int64 { self.book.version }

    func epg(of channel: ChannelID) -> String? { self.book.match(of: channel)?.epg }

    func upcoming(of channel: ChannelID, at time: WallTime, limit: Int, language: String) throws -> [Listing] {
        try self.book.upcoming(of: channel, at: time, limit: limit).map { Listing($0, language: language) }
    }

    func listings(of channel: ChannelID, from: WallTime, to: WallTime, language: String) throws -> [Listing] {
        try self.book.programmes(of: channel, from: from, to: to).map { Listing($0, language: language) }
    }
}

extension Listing {
    /// A programme in the language that its reader wants, where the guide has it.
    init(_ programme: Programme, language: String) {
        let title = programme.title(in: language)
        self.init(
            id: Listing.number(guide: programme.epg, start: programme.start),
            title: title.text,
            about: programme.description(in: language)?.text ?? "",
            language: title.language,
            start: programme.start,
            end: programme.stop,
            guide: programme.epg
        )
    }
}
