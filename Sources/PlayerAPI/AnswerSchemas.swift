/// The files that tell what the player API answers: a JSON Schema for each answer.
///
/// Source: JSON Schema, draft 2020-12.
package enum AnswerSchemas {
    /// File name below `schemas/player-api/` and its text.
    package static func files() -> [(name: String, text: String)] {
        [
            Self.file("account", "No action, get_account_info, or one that is not known.", AccountAnswer.self),
            Self.file("denied", "Any action with an unknown name or a wrong password.", DeniedAnswer.self),
            Self.file("panel", "panel_api.php.", PanelAnswer.self),
            Self.file("live-categories", "get_live_categories.", listOf: CategoryAnswer.self),
            Self.file("live-streams", "get_live_streams.", listOf: LiveStreamAnswer.self),
            Self.emptyList("vod-and-series", "get_vod_categories, get_vod_streams, get_series_categories, get_series."),
            Self.file("vod-info", "get_vod_info.", NoFilmAnswer.self),
            Self.file("series-info", "get_series_info.", NoSeriesAnswer.self),
            Self.file("short-epg", "get_short_epg for one channel.", ShortListings.self),
            Self.file("short-epg-multi", "get_short_epg for several channels.", ShortListingsByChannel.self),
            Self.file("simple-data-table", "get_simple_data_table for one channel.", ListingsAnswer.self),
            Self.file("simple-data-table-multi", "get_simple_data_table for several channels.", TableByChannel.self),
            Self.file("epg", "get_epg for one channel.", listOf: NewListingAnswer.self),
            Self.listsByNumber("epg-multi", "get_epg for several channels.", NewListingAnswer.self),
        ]
    }

    private static func file<Object: AnswerObject>(
        _ name: String,
        _ about: String,
        _ type: Object.Type
    ) -> (name: String, text: String) {
        Self.document(name, about, SchemaWriter.schema(of: Object.example, indent: "  "))
    }

    private static func file<Object: AnswerObject>(
        _ name: String,
        _ about: String,
        listOf type: Object.Type
    ) -> (name: String, text: String) {
        let items = SchemaWriter.schema(of: Object.example, indent: "    ")
        return Self.document(name, about, ["\"type\": \"array\"", "\"items\": \(SchemaWriter.braced(items, "  "))"])
    }

    private static func emptyList(_ name: String, _ about: String) -> (name: String, text: String) {
        Self.document(name, about, ["\"type\": \"array\"", "\"maxItems\": 0"])
    }

    private static func listsByNumber<Object: AnswerObject>(
        _ name: String,
        _ about: String,
        _ type: Object.Type
    ) -> (name: String, text: String) {
        let items = SchemaWriter.braced(SchemaWriter.schema(of: Object.example, indent: "    "), "  ")
        let lists = "{\"type\": \"array\", \"items\": \(items)}"
        return Self.document(
            name,
            about,
            [
                "\"type\": \"object\"", "\"patternProperties\": {\"^[0-9]+$\": \(lists)}",
                "\"additionalProperties\": false",
            ]
        )
    }

    private static func document(_ name: String, _ about: String, _ parts: [String]) -> (name: String, text: String) {
        let head = [
            "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"",
            "\"$id\": \"\(name).json\"",
            "\"title\": \"\(name)\"",
            "\"description\": \"\(about)\"",
        ]
        return ("\(name).json", SchemaWriter.braced(head + parts, "") + "\n")
    }
}

/// The forms of ``ListingsAnswer`` that its example doesn't show.
private struct ShortListings: AnswerObject {
    static let example = Self()

    func fields(_ visit: inout some AnswerVisitor) {
        var answer = ListingsAnswer.example
        answer.isTable = false
        answer.fields(&visit)
    }
}

private struct ShortListingsByChannel: AnswerObject {
    static let example = Self()

    func fields(_ visit: inout some AnswerVisitor) {
        var answer = ListingsAnswer.example
        answer.isTable = false
        answer.isByChannel = true
        answer.fields(&visit)
    }
}

private struct TableByChannel: AnswerObject {
    static let example = Self()

    func fields(_ visit: inout some AnswerVisitor) {
        var answer = ListingsAnswer.example
        answer.isByChannel = true
        answer.fields(&visit)
    }
}
