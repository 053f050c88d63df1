import Delivery
package import LiveChannels
import Model
import NIOCore

/// The `slates` section of the configuration.
package struct SlateSettings: Hashable, Sendable {
    /// Whether slates are shown.
    package var isShown = true
    /// How long the picture is held first, in seconds.
    package var afterSeconds: Int64 = 30
    /// How long viewers of a channel that can't be started wait, in seconds; 0 for ever.
    package var startSeconds: Int64 = 8
    /// How long a slate is shown, in seconds; 0 for ever.
    package var maxSeconds: Int64 = 300
    package var language = SlateShelf.fallbackLanguage
    /// Whether who is refused sees one.
    package var showsLimits = false
    /// How long who is refused sees one, in seconds.
    package var limitSeconds: Int64 = 30
    /// Clips that are kept elsewhere.
    package var files: [SlateShelf.Key: String] = [:]

    package init() {}

    init(_ section: YAMLField) throws(ConfigurationError) {
        let keys = try section.mapping(
            "show",
            "after_seconds",
            "start_seconds",
            "max_seconds",
            "language",
            "files",
            "limits",
            "limit_seconds"
        )
        if let show = keys["show"] { self.isShown = try show.bool() }
        if let after = keys["after_seconds"] { self.afterSeconds = try Configuration.bounded(after, 1...600) }
        // A request is told to come again after 10 s.
        if let start = keys["start_seconds"] { self.startSeconds = try Configuration.bounded(start, 0...9) }
        if let max = keys["max_seconds"] { self.maxSeconds = try Configuration.bounded(max, 0...86_400) }
        if let limits = keys["limits"] { self.showsLimits = try limits.bool() }
        if let limit = keys["limit_seconds"] { self.limitSeconds = try Configuration.bounded(limit, 2...120) }
        if let language = keys["language"] {
            let text = try language.text()
            guard SlateFolder.isLanguage(text) else { throw language.complaint("`\(text)` is no language") }
            self.language = text
        }
        if let files = keys["files"], !files.isNull {
            for (name, file) in try files.entries() {
                guard let key = SlateShelf.Key(fileName: "\(name).ts") else {
                    throw file.complaint("expected a purpose and a language such as off-air.de, found `\(name)`")
                }
                self.files[key] = try file.text()
            }
        }
    }

    /// What who is refused sees; `nil` for the status.
    func limitSlates(_ shelf: SlateShelf) -> LimitSlates? {
        guard self.showsLimits else { return nil }
        return LimitSlates(shelf, language: self.language, length: MediaTime(seconds: self.limitSeconds))
    }

    func apply(to services: inout ChannelServices) {
        services.holdMax = MediaTime(seconds: self.afterSeconds)
        services.slateConfiguration.isShown = self.isShown
        services.slateConfiguration.startWait = self.startSeconds == 0 ? nil : .seconds(self.startSeconds)
        services.slateConfiguration.lengthMax = self.maxSeconds == 0 ? nil : .seconds(self.maxSeconds)
        services.slateLanguage = self.language
    }
}
