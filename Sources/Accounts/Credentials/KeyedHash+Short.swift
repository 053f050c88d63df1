package import Vault

extension KeyedHash {
    /// The first 128 bits as 32 hexadecimal digits: what is looked up by, and stands in every event.
    ///
    /// Half the digest is enough against collisions, and the log is half as long for it.
    package var short: String { self.digits(bytes: 16) }
}
