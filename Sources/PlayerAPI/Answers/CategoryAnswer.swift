import Model

/// A group of channels.
package struct CategoryAnswer: AnswerObject, Hashable {
    /// 1 to 2^31 − 1: apps hold it in 32 bits.
    package var id: Int64
    package var name: String

    package init(id: Int64, name: String) {
        self.id = id
        self.name = name
    }

    package static let example = Self(id: 7, name: "News")

    package func fields(_ visit: inout some AnswerVisitor) {
        visit.digits("category_id", self.id, "number of the category")
        visit.text("category_name", self.name, "what viewers read")
        visit.integer("parent_id", 0, "always 0")
    }
}

extension CategoryAnswer {
    /// The group of channels that are in none: apps list channels by group, and would never show them.
    package static let noneName = "Other"

    /// Numbers for names, which stay the same whatever else there is.
    ///
    /// A number is made of its name's bytes (FNV-1a), so that a favourite survives restarts and other groups' coming and
    /// going; of two names with one number the later in the alphabet takes the next.
    package static func numbered(_ names: Set<String>) -> [String: Int64] {
        var taken: Set<Int64> = []
        var numbers: [String: Int64] = [:]
        for name in names.sorted() {
            var hash: UInt32 = 2_166_136_261
            for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
            var number = Int64(hash & 0x7FFF_FFFF)
            while number == 0 || !taken.insert(number).inserted { number = (number + 1) & 0x7FFF_FFFF }
            numbers[name] = number
        }
        return numbers
    }
}
