import Model

/// Where the rows are that a fold doesn't hold in memory.
package enum Backing {
    /// Nowhere: the projection is being made from the first event, and what isn't in memory doesn't exist (or is final).
    case fresh
    /// In the database, inside an open transaction.
    case stored(TableDatabase)
}

/// The rows of one table that a fold has touched since they were last written.
///
/// One fold serves the live tables (written after every command), batches (aggregated in memory, each row written once) and the rebuild
/// (everything in memory, written at the end): they differ only in ``Backing`` and in when ``write(to:)`` is called.
struct RowTable<R: StoredRow>: Sendable {
    /// Rows kept in memory after they are written, so that the next event about them costs no look-up: about 5 MB.
    static var keptMax: Int { 16_384 }

    private struct Slot {
        var key: R.Key
        /// Means nothing unless `isThere`.
        var row: R
        var isThere: Bool
        /// Whether the database may hold a row of this key, so that removing it has to be written.
        var isStored: Bool
        var isDirty: Bool
        /// Whether no key has this place.
        var isFree = false

        init(key: R.Key, row: R?, isStored: Bool, isDirty: Bool) {
            self.key = key
            self.row = row ?? .empty
            self.isThere = row != nil
            self.isStored = isStored
            self.isDirty = isDirty
        }
    }

    /// Where in `slots` a key's row is.
    private var places = KeyPlaces()
    private var slots: [Slot] = []
    /// Places whose row has to be written, each once.
    private var dirty: [Int] = []
    /// Places that no key has.
    private var free: [Int] = []

    /// Rows in memory.
    var count: Int { self.places.count }

    /// Sets a row, whatever was there.
    mutating func put(_ row: consuming R, in backing: Backing) {
        let key = row.key
        if let place = self.place(inMemory: key) {
            self.slots[place].row = row
            self.slots[place].isThere = true
            self.mark(place)
        } else {
            self.add(Slot(key: key, row: row, isStored: backing.isStored, isDirty: true))
        }
    }

    mutating func remove(_ key: R.Key, in backing: Backing) {
        if let place = self.place(inMemory: key) {
            self.slots[place].isThere = false
            if self.slots[place].isStored { self.mark(place) } else { self.release(place) }
        } else if backing.isStored {
            self.add(Slot(key: key, row: nil, isStored: true, isDirty: true))
        }
    }

    /// The row of a key.
    mutating func row(_ key: R.Key, in backing: Backing) throws -> R? {
        guard let place = try self.place(key, in: backing), self.slots[place].isThere else { return nil }
        return self.slots[place].row
    }

    /// What `read` takes of the row of a key; cheaper than a copy of the row.
    mutating func read<Answer>(_ key: R.Key, in backing: Backing, _ read: (R) -> Answer) throws -> Answer? {
        guard let place = try self.place(key, in: backing), self.slots[place].isThere else { return nil }
        return read(self.slots[place].row)
    }

    /// Changes the row of a key if there is one.
    mutating func update(_ key: R.Key, in backing: Backing, _ change: (inout R) -> Void) throws {
        guard let place = try self.place(key, in: backing), self.slots[place].isThere else { return }
        change(&self.slots[place].row)
        self.mark(place)
    }

    /// Changes the row of a key, which is `new` if there is none.
    mutating func update(
        _ key: R.Key,
        orNew new: @autoclosure () -> R,
        in backing: Backing,
        _ change: (inout R) -> Void
    ) throws {
        let place =
            try self.place(key, in: backing) ?? self.add(Slot(key: key, row: nil, isStored: false, isDirty: false))
        if !self.slots[place].isThere {
            self.slots[place].row = new()
            self.slots[place].isThere = true
        }
        change(&self.slots[place].row)
        self.mark(place)
    }

    /// All rows that `condition` holds for, in the order of their keys.
    ///
    /// `sql` is the condition as SQL, to narrow the search in the database; it may hold for more rows, never for fewer.
    mutating func rows(
        in backing: Backing,
        sql: StaticString,
        _ argument: some ColumnValue,
        where condition: (R) -> Bool
    ) throws -> [R] {
        var found: [R] = []
        switch backing {
        case .fresh:
            for slot in self.slots where slot.isThere && condition(slot.row) { found.append(slot.row) }
        case .stored(let tables):
            try self.write(to: tables)
            try tables.read(R.self, sql, { argument.bind(to: $0, at: 1) }) { row in
                if condition(row) { found.append(row) }
            }
        }
        return found.sorted { $0.key < $1.key }
    }

    /// Writes what was changed, in the order of the keys.
    mutating func write(to tables: TableDatabase) throws {
        guard !self.dirty.isEmpty else { return }
        if self.dirty.count > 1 { self.dirty.sort { self.slots[$0].key < self.slots[$1].key } }
        let insert = try tables.statement(R.self, "INSERT")
        for place in self.dirty where !self.slots[place].isFree {
            if self.slots[place].isThere {
                try tables.insert(self.slots[place].row, with: insert)
                self.slots[place].isStored = true
                self.slots[place].isDirty = false
            } else {
                let key = self.slots[place].key
                try tables.execute(R.self, "DELETE") { key.bind(to: $0) }
                self.release(place)
            }
        }
        for place in self.dirty { self.slots[place].isDirty = false }
        self.dirty.removeAll(keepingCapacity: true)
    }

    /// Forgets written rows when there are many.
    mutating func trim() {
        guard self.slots.count > Self.keptMax, self.dirty.isEmpty else { return }
        self.removeAll()
    }

    /// Forgets written rows that no later event can change; bounds the memory of a rebuild.
    mutating func forgetWritten(where isFinal: (R) -> Bool) {
        var kept = 0
        for index in self.slots.indices where !self.isForgettable(index, isFinal) {
            if kept != index { self.slots.swapAt(kept, index) }
            kept += 1
        }
        self.slots.removeLast(self.slots.count - kept)
        self.places.removeAll()
        self.dirty.removeAll(keepingCapacity: true)
        self.free.removeAll(keepingCapacity: true)
        for place in self.slots.indices {
            self.places.add(self.slots[place].key.digest, place: place)
            if self.slots[place].isDirty { self.dirty.append(place) }
        }
    }

    private func isForgettable(_ index: Int, _ isFinal: (R) -> Bool) -> Bool {
        if self.slots[index].isFree { return true }
        guard self.slots[index].isThere, !self.slots[index].isDirty else { return false }
        return isFinal(self.slots[index].row)
    }
}

/// By typed identifiers.
extension RowTable where R.Key == Int64 {
    mutating func remove<Subject>(_ id: NumberID<Subject>, in backing: Backing) {
        self.remove(id.rawValue, in: backing)
    }

    mutating func row<Subject>(_ id: NumberID<Subject>, in backing: Backing) throws -> R? {
        try self.row(id.rawValue, in: backing)
    }

    mutating func update<Subject>(_ id: NumberID<Subject>, in backing: Backing, _ change: (inout R) -> Void) throws {
        try self.update(id.rawValue, in: backing, change)
    }
}

extension RowTable where R.Key == String {
    mutating func remove<Subject>(_ id: NameID<Subject>, in backing: Backing) { self.remove(id.rawValue, in: backing) }

    mutating func update<Subject>(_ id: NameID<Subject>, in backing: Backing, _ change: (inout R) -> Void) throws {
        try self.update(id.rawValue, in: backing, change)
    }
}

extension RowTable {
    private mutating func removeAll() {
        self.places.removeAll()
        self.slots.removeAll(keepingCapacity: true)
        self.dirty.removeAll(keepingCapacity: true)
        self.free.removeAll(keepingCapacity: true)
    }

    private func place(inMemory key: R.Key) -> Int? {
        self.places.place(key.digest) { self.slots[$0].key == key }
    }

    private mutating func place(_ key: R.Key, in backing: Backing) throws -> Int? {
        if let place = self.place(inMemory: key) { return place }
        guard case .stored(let tables) = backing else { return nil }
        var found: R?
        try tables.read(R.self, "SELECT", { key.bind(to: $0) }) { found = $0 }
        return self.add(Slot(key: key, row: found, isStored: found != nil, isDirty: false))
    }

    @discardableResult
    private mutating func add(_ slot: consuming Slot) -> Int {
        let place: Int
        let (digest, isDirty) = (slot.key.digest, slot.isDirty)
        if let reused = self.free.popLast() {
            place = reused
            // A place that is reused may stand in the list already.
            let isListed = self.slots[place].isDirty
            self.slots[place] = slot
            self.slots[place].isDirty = isDirty || isListed
            if isDirty, !isListed { self.dirty.append(place) }
        } else {
            place = self.slots.count
            self.slots.append(slot)
            if isDirty { self.dirty.append(place) }
        }
        self.places.add(digest, place: place)
        return place
    }

    private mutating func mark(_ place: Int) {
        guard !self.slots[place].isDirty else { return }
        self.slots[place].isDirty = true
        self.dirty.append(place)
    }

    private mutating func release(_ place: Int) {
        self.places.remove(self.slots[place].key.digest, place: place)
        self.slots[place].row = .empty
        self.slots[place].isThere = false
        self.slots[place].isFree = true
        self.free.append(place)
    }
}

extension Backing {
    fileprivate var isStored: Bool {
        switch self {
        case .fresh: false
        case .stored: true
        }
    }
}
