import Glibc
package import Model

/// What seals, opens and hashes for the rest of the program: the installation's keys and the store of personal keys.
///
/// Any thread.
package final class Vault: Sendable {
    /// For suppliers' secrets and keyed hashes.
    package let installation: InstallationKeys
    /// For personal data.
    package let store: KeyStore
    /// In which week's keys a moment is.
    package let calendar: KeyCalendar

    package init(installation: InstallationKeys, store: KeyStore, calendar: KeyCalendar = KeyCalendar()) {
        self.installation = installation
        self.store = store
        self.calendar = calendar
    }

    /// Reads the key file (made if it is not there and no store is either) and opens the store.
    ///
    /// - Throws: ``KeyFileError``, or the database's error.
    package convenience init(keyFile: KeyFile, storePath: String, calendar: KeyCalendar = KeyCalendar()) throws {
        let isFirstStart = access(storePath, F_OK) != 0
        // A store without its key file holds keys that nothing opens: new keys would hide the loss.
        let installation = try isFirstStart ? keyFile.readOrCreate() : keyFile.read()
        let store = try KeyStore(path: storePath, installation: installation)
        self.init(installation: installation, store: store, calendar: calendar)
    }

    /// The digest of `parts` under a key that everybody shares in one week, and that is destroyed when the week has aged.
    ///
    /// Equal things have equal digests within a week and in no other; what it was can't be found out by trying once the key
    /// is gone. Networks' and device ids' keys live as long as homes may be told apart by them, all others as addresses do.
    package func weeklyHash(_ context: KeyedHash.Context, _ parts: String..., week: String) throws -> KeyedHash {
        switch context {
        case .network, .deviceID: try self.store.hash(context, parts, under: .networks(week: week))
        default: try self.store.hash(context, parts, under: .devices(week: week))
        }
    }

    /// Makes the keys of ``weeklyHash(_:_:week:)`` for a week.
    package func prepareHashes(week: String) throws {
        try self.store.prepare([.devices(week: week), .networks(week: week)])
    }

    /// Seals a supplier's secret under the installation key.
    package func seal(_ clear: Redacted<String>, for place: SealedPlace) throws -> Sealed {
        try self.installation.seal(clear, for: place)
    }

    /// Opens a supplier's secret.
    package func open(_ sealed: Sealed, for place: SealedPlace) throws(SealError) -> Redacted<String> {
        try self.installation.open(sealed, for: place)
    }
}
