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

    package init(installation: InstallationKeys, store: KeyStore) {
        self.installation = installation
        self.store = store
    }

    /// Reads the key file (made if it is not there and no store is either) and opens the store.
    ///
    /// - Throws: ``KeyFileError``, or the database's error.
    package convenience init(keyFile: KeyFile, storePath: String) throws {
        let isFirstStart = access(storePath, F_OK) != 0
        // A store without its key file holds keys that nothing opens: new keys would hide the loss.
        let installation = try isFirstStart ? keyFile.readOrCreate() : keyFile.read()
        self.init(installation: installation, store: try KeyStore(path: storePath, installation: installation))
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
