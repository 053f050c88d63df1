package import Model

/// A guide that is fetched again and again.
package struct GuideFeed: Hashable, Sendable {
    /// The shortest time between two refreshes; suppliers close accounts that ask more often.
    package static let everyMin: Int64 = 900
    package static let everyMax: Int64 = 7 * 86_400
    package static let everyDefault: Int64 = 6 * 3_600
    /// Guides of one service.
    package static let countMax = 50

    /// Under which it is kept and shown.
    package var name: String
    /// An http or https address, or a file.
    package var location: Redacted<String>
    /// Seconds between two refreshes.
    package var every: Int64
    /// Whether its address may be private or loopback.
    package var privateNetwork: Bool

    package init(
        name: String,
        location: Redacted<String>,
        every: Int64 = Self.everyDefault,
        privateNetwork: Bool = false
    ) {
        self.name = name
        self.location = location
        self.every = every
        self.privateNetwork = privateNetwork
    }

    /// What a guide is called where nobody gave it a name: a file's name, or scheme and host, never a path with secrets.
    package static func name(of location: String) -> String {
        guard Self.isAddress(location) else { return String(location.split(separator: "/").last ?? "guide") }
        let parts = location.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        let host = parts.count > 2 ? parts[2].prefix { $0 != "/" && $0 != "?" && $0 != "#" } : ""
        return String((host.split(separator: "@").last ?? host).prefix(100))
    }

    /// Whether it is fetched, not read.
    package static func isAddress(_ location: String) -> Bool {
        ["http://", "https://"].contains { location.lowercased().hasPrefix($0) }
    }
}

extension GuideFeed {
    /// Reads `guide: {sources: [{url: …, every: 6h, name: …, private_network: false}]}`.
    static func feeds(_ section: YAMLField) throws(ConfigurationError) -> [GuideFeed] {
        let keys = try section.mapping("sources")
        guard let list = keys["sources"], !list.isNull else { return [] }
        var feeds: [GuideFeed] = []
        for item in try list.list() {
            let feed = try Self.feed(item)
            guard !feeds.contains(where: { $0.name == feed.name }) else {
                throw item.complaint("two guides are called `\(feed.name)`; give one of them another name")
            }
            guard feeds.count < Self.countMax else { throw item.complaint("more than \(Self.countMax) guides") }
            feeds.append(feed)
        }
        return feeds
    }

    private static func feed(_ field: YAMLField) throws(ConfigurationError) -> GuideFeed {
        let keys = try field.mapping("url", "every", "name", "private_network")
        guard let url = keys["url"] else { throw field.complaint("a guide needs a url") }
        let location = try url.text()
        guard Self.isAddress(location) || location.hasPrefix("/") else {
            throw url.complaint("expected an http or https address, or a file's whole path")
        }
        var feed = GuideFeed(name: try keys["name"]?.text() ?? Self.name(of: location), location: Redacted(location))
        feed.privateNetwork = try keys["private_network"]?.bool() ?? false
        if let every = keys["every"] {
            guard let seconds = Self.seconds(try every.text()), (Self.everyMin...Self.everyMax).contains(seconds) else {
                throw every.complaint("found `\(try every.text())`, allowed 15m to 7d")
            }
            feed.every = seconds
        }
        return feed
    }

    /// Reads `30m`, `6h`, `1d`.
    static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["m": 60, "h": 3_600, "d": 86_400]
        guard let last = text.last, let unit = units[last], let number = Int64(text.dropLast()),
            (1...100_000).contains(number)
        else { return nil }
        return number * unit
    }
}
