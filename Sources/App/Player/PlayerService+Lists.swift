import Accounts
import Delivery
import HTTP
import Model
import NIOCore
import PlayerAPI
import Projections

extension PlayerService {
    /// `get.php`.
    func list(_ question: PlayerQuestion, _ context: PlayerContext) -> PlayerReply {
        guard context.isUsable else { return Self.forbidden }
        let writer = ChannelListWriter(
            base: context.site.url,
            username: question.username.clear,
            password: question.password.clear,
            token: question.token,
            form: question.parameter("type") == "m3u" ? .plain : .plus,
            format: Self.format(question.parameter("output"), of: context.line)
        )
        // `key` may ask for kinds of streams; of these there is one.
        let keys = question.parameter("key").map { $0.split(separator: ",") } ?? ["live"]
        let channels = keys.contains("live") ? self.channels(context.entries, context) : []
        return PlayerReply(
            contentType: "audio/x-mpegurl",
            fileName: writer.fileName,
            body: ByteBuffer(bytes: writer.list(channels))
        )
    }

    /// What was asked for, if the credential may have it.
    private static func format(_ output: String?, of line: PlayerLine) -> StreamFormat {
        let wanted: StreamFormat? =
            switch output {
            case "m3u8", "hls": .hls
            case "ts", "mpegts", "rtmp": .ts
            default: nil
            }
        if let wanted, line.formats.contains(wanted) { return wanted }
        return line.formats.first ?? .ts
    }

    /// `xmltv.php`.
    func guide(_ question: PlayerQuestion, _ context: PlayerContext) throws -> PlayerReply {
        guard context.isUsable else { return Self.forbidden }
        let isCompressed = question.parameter("gzip").map { $0 != "0" && $0 != "false" } ?? false
        let key = GuideCache.Key(
            programmes: self.programmes.version,
            catalogue: context.catalogueVersion,
            name: context.brand.name,
            site: context.site,
            language: context.line.language,
            channels: GuideCache.Key.digest(context.entries.map(\.row.channel))
        )
        let document = try self.guides.document(key, isCompressed: isCompressed, at: context.now) {
            try self.write(context)
        }
        return PlayerReply(
            contentType: isCompressed ? "application/octet-stream" : "application/xml; charset=utf-8",
            fileName: isCompressed ? "epg.xml.gz" : "epg.xml",
            body: document
        )
    }

    private func write(_ context: PlayerContext) throws -> [UInt8] {
        var writer = GuideWriter(source: context.brand.name)
        var seen: [String: ChannelID] = [:]
        for channel in self.channels(context.entries, context) {
            // Two channels may have one guide, which is told once.
            guard let guide = channel.guide, seen[guide] == nil else { continue }
            seen[guide] = channel.channel
            writer.channel(guide: guide, name: channel.name, logo: channel.logo)
        }
        let day: Int64 = 86_400_000
        for (guide, channel) in seen.sorted(by: { $0.value < $1.value }) {
            let listings = try self.programmes.listings(
                of: channel,
                from: context.now.advanced(milliseconds: -GuideCache.daysBack * day),
                to: context.now.advanced(milliseconds: GuideCache.daysAhead * day),
                language: context.line.language
            )
            for var listing in listings {
                listing.guide = guide
                writer.programme(listing)
            }
            if writer.bytes.count > GuideCache.documentSizeMax { break }
        }
        return writer.finished()
    }

    private static let forbidden = PlayerReply(
        .forbidden,
        contentType: "text/plain; charset=utf-8",
        body: ByteBuffer(string: "forbidden\n")
    )
}
