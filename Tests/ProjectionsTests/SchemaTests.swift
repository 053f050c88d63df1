import GRDB
import Testing

@testable import Projections

struct SchemaTests {
    private func check<R: StoredRow>(_ row: R.Type, _ database: Database) throws {
        let columns = try Row.fetchAll(database, sql: "SELECT name, pk FROM pragma_table_info(?)", arguments: [R.table])
        #expect(columns.map { $0[0] as String }.sorted() == R.columnNames.sorted(), "columns of \(R.table)")
        let keys = columns.filter { $0[1] as Int64 > 0 }.sorted { ($0[1] as Int64) < ($1[1] as Int64) }.map {
            $0[0] as String
        }
        #expect(keys == Array(R.columnNames.prefix(R.Key.columnCount)), "key of \(R.table)")
    }

    @Test func `rows name the columns of their tables, keys first`() throws {
        let live = try DatabaseQueue()
        try live.write { database in
            try database.execute(sql: Checkpoint.schema + LiveProjection.schema)
            try self.check(Checkpoint.self, database)
            try self.check(Counters.self, database)
            try self.check(SupplierRow.self, database)
            try self.check(ChannelRow.self, database)
            try self.check(SourceRow.self, database)
            try self.check(PlanRow.self, database)
            try self.check(CustomerRow.self, database)
            try self.check(CredentialRow.self, database)
            try self.check(LiveConnectionRow.self, database)
            try self.check(SessionRow.self, database)
            try self.check(ClientRow.self, database)
            try self.check(SlotMemoryRow.self, database)
            try self.check(ChannelStateRow.self, database)
            try self.check(SourceStateRow.self, database)
            try self.check(BoundNetworkRow.self, database)
            try self.check(BanRow.self, database)
        }
        let history = try DatabaseQueue()
        try history.write { database in
            try database.execute(sql: Checkpoint.schema + HistoryProjection.schema)
            try self.check(CustomerNameRow.self, database)
            try self.check(ConnectionRow.self, database)
            try self.check(SeenClientRow.self, database)
            try self.check(ClientKeysRow.self, database)
            try self.check(ConnectionPackRow.self, database)
            try self.check(PackWeekRow.self, database)
            try self.check(ChannelHourRow.self, database)
            try self.check(SourceHourRow.self, database)
            try self.check(SupplierHourRow.self, database)
            try self.check(SourceNameRow.self, database)
            try self.check(IncidentRow.self, database)
            try self.check(RejectionRow.self, database)
            try self.check(RejectionHolderRow.self, database)
            try self.check(RefundRow.self, database)
            try self.check(ScheduledEventRow.self, database)
            try self.check(NodeRecordRow.self, database)
        }
    }

    @Test func `the exported files make the tables`() throws {
        #expect(ProjectionSchemas.files.keys.sorted() == ["history.sql", "live.sql"])
        for (name, sql) in ProjectionSchemas.files {
            let queue = try DatabaseQueue()
            try queue.write { try $0.execute(sql: sql) }
            let tables = try queue.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table'")
            }
            #expect(try #require(tables) > 8, "tables of \(name)")
        }
    }

    @Test func `a column of another type is named`() throws {
        let queue = try DatabaseQueue()
        try queue.write { database in
            try database.execute(sql: LiveProjection.schema)
            try database.execute(
                sql: "INSERT INTO channel(channel, name, keep, added_at) VALUES (1, 'One', 'sometimes', 0)"
            )
            let state = LiveState(tables: TableDatabase(database), counters: .empty)
            #expect(throws: ColumnError(table: "channel", column: "keep")) { try state.channels() }
        }
    }
}
