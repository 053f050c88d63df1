import HTTP

/// Which of an app's questions a path asks, and what of the question stands in the path.
package struct PlayerRoute: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// `player_api.php`
        case api
        /// `panel_api.php`
        case panel
        /// `get.php`: an M3U list.
        case list
        /// `xmltv.php`: the programme guide.
        case guide
    }

    package var kind: Kind
    /// Parameters that the path gives, by the names that they have in a query.
    package var parameters: [String: String] = [:]

    package init(kind: Kind, parameters: [String: String] = [:]) {
        self.kind = kind
        self.parameters = parameters
    }

    /// `nil` for every other path.
    init?(_ target: RequestTarget) {
        switch target.segmentCount {
        case 1:
            guard let kind = Self.files[Router.text(target.segment(0))] else { return nil }
            self.init(kind: kind)
        case 3, 4:
            guard let (kind, last) = Self.folders[Router.text(target.segment(0))],
                target.segment(1).count <= Router.secretSizeMax, target.segment(2).count <= Router.secretSizeMax
            else { return nil }
            self.init(kind: kind)
            self.parameters["username"] = Router.text(target.segment(1))
            self.parameters["password"] = Router.text(target.segment(2))
            guard target.segmentCount == 4 else { return }
            let text = Router.text(target.segment(3))
            self.parameters[last] = kind == .guide ? (text == "gz" ? "1" : "0") : text
        default: return nil
        }
    }

    private static let files: [String: Kind] = [
        "player_api.php": .api, "panel_api.php": .panel, "get.php": .list, "xmltv.php": .guide,
    ]

    /// What the last segment of a short form is called in a query.
    private static let folders: [String: (Kind, String)] = [
        "player_api": (.api, "action"), "playlist": (.list, "type"), "epg": (.guide, "gzip"),
    ]
}
