import Glibc
import Vault

extension DataDirectory {
    /// The keys, for what is told to people; `nil` for a copy of a directory without its key file.
    func vaultIfReadable() throws -> Vault? {
        guard access(self.keyFile, F_OK) == 0 else { return nil }
        return try Vault(keyFile: KeyFile(path: self.keyFile), storePath: self.keyStore)
    }
}
