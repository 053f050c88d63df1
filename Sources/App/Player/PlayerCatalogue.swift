import Model
import PlayerAPI
import Projections

/// The channels as players list them: made once per change of the catalogue.
struct PlayerCatalogue: Sendable {
    struct Entry: Sendable {
        var row: ChannelRow
        var category: CategoryAnswer

        /// Its id in guides where the operator set it.
        var guide: String? { self.row.epg.flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// In the order of viewers' lists.
    var entries: [Entry]

    init(_ state: LiveState) throws {
        let rows = try state.channels()
        let numbers = CategoryAnswer.numbered(Set(rows.map(Self.category)))
        let entries = rows.map { row in
            let name = Self.category(row)
            return Entry(row: row, category: CategoryAnswer(id: numbers[name] ?? 1, name: name))
        }
        self.entries = entries.sorted { left, right in
            let (first, second) = (left.row.number ?? left.row.key, right.row.number ?? right.row.key)
            return first == second ? left.row.key < right.row.key : first < second
        }
    }

    private static func category(_ row: ChannelRow) -> String {
        guard let category = row.category, !category.isEmpty else { return CategoryAnswer.noneName }
        return category
    }
}

extension [PlayerCatalogue.Entry] {
    /// The categories that these are in, in the order in which they come.
    var categories: [CategoryAnswer] {
        var seen: Set<Int64> = []
        return self.compactMap { seen.insert($0.category.id).inserted ? $0.category : nil }
    }
}
