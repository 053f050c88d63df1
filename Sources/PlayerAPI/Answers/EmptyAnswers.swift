/// The answer of `get_vod_info`: there are no films here.
///
/// Apps load films and series at login and stop at an error, so there are empty answers, as panels give them for numbers
/// they don't know.
package struct NoFilmAnswer: AnswerObject {
    package init() {}

    package static let example = Self()

    package func fields(_ visit: inout some AnswerVisitor) {
        visit.emptyList("info", "always empty")
    }
}

/// The answer of `get_series_info`: there are no series here.
package struct NoSeriesAnswer: AnswerObject {
    package init() {}

    package static let example = Self()

    package func fields(_ visit: inout some AnswerVisitor) {
        visit.emptyList("seasons", "always empty")
        visit.emptyList("info", "always empty")
        visit.emptyList("episodes", "always empty")
    }
}
