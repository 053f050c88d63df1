/// New rows of a table whose rows never change, until they are written.
struct RowList<R: StoredRow>: Sendable {
    private var rows: [R] = []

    mutating func append(_ row: consuming R) { self.rows.append(row) }

    /// Writes the rows and forgets them.
    mutating func write(to tables: TableDatabase) throws {
        guard !self.rows.isEmpty else { return }
        let insert = try tables.statement(R.self, "INSERT")
        for row in self.rows {
            try tables.insert(row, with: insert)
        }
        self.rows.removeAll(keepingCapacity: true)
    }
}
