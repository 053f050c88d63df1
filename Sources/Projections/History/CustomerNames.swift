import Events
import Model

/// Gives every customer a number, in the order in which they first stand in the log.
struct CustomerNames: Sendable {
    static let schema = """
        -- Customers by the numbers other tables use; an erased one keeps its number and loses its name.
        CREATE TABLE customer_name(
          number INTEGER NOT NULL PRIMARY KEY,
          name TEXT NOT NULL,          -- the customer, or erased-<number>
          first_at INTEGER NOT NULL,   -- first seen in the log
          erased_at INTEGER
        );
        CREATE INDEX customer_name_name ON customer_name(name);
        """

    private var table = RowTable<CustomerNameRow>()
    /// Of those who are not erased; one entry a customer, 100 bytes.
    private var numbers: [String: Int64] = [:]
    private var next: Int64 = 1

    init() {}

    init(loadingFrom tables: TableDatabase) throws {
        try tables.read(CustomerNameRow.self, "number > 0", { _ in }) { row in
            self.next = max(self.next, row.number &+ 1)
            if row.erasedAt == nil { self.numbers[row.name] = row.number }
        }
    }

    /// The number of a customer, given now if this is the first time.
    mutating func number(of customer: CustomerID, at: WallTime, in backing: Backing) -> Int64 {
        if let number = self.numbers[customer.rawValue] { return number }
        let number = self.next
        self.next &+= 1
        self.numbers[customer.rawValue] = number
        self.table.put(CustomerNameRow(number: number, name: customer.rawValue, firstAt: at), in: backing)
        return number
    }

    /// Takes the name of a customer away; answers the number that stays.
    mutating func erase(_ customer: CustomerID, at: WallTime, in backing: Backing) throws -> Int64 {
        let number = self.number(of: customer, at: at, in: backing)
        self.numbers[customer.rawValue] = nil
        try self.table.update(number, in: backing) { row in
            row.name = "erased-\(number)"
            row.erasedAt = at
        }
        return number
    }

    mutating func write(to tables: TableDatabase) throws { try self.table.write(to: tables) }

    mutating func trim() { self.table.trim() }
}
