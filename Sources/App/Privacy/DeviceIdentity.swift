import Events
import GRDB
import Model
import Vault

/// What a device told of itself in one week, opened.
struct DeviceIdentity: Hashable, Sendable {
    var address: String?
    var userAgent: String?
    var deviceID: String?

    /// `nil` when the key of its week or customer is gone.
    init?(_ sealed: String, of client: ClientID, vault: Vault) {
        guard let sealed = try? Sealed(parsing: sealed) else { return nil }
        let place = SealedPlace(subject: client.eventStream, field: "identity")
        guard let clear = try? vault.store.open(sealed, for: place) else { return nil }
        Array(clear.clear.utf8).withUnsafeBufferPointer { bytes in
            for (name, value) in (try? JSONMembers.read(bytes)) ?? [] {
                switch name {
                case "address": self.address = value.string
                case "userAgent": self.userAgent = value.string
                case "deviceID": self.deviceID = value.string
                default: break
                }
            }
        }
    }

    /// Addresses of devices, as far as `history.sqlite` has them and there are keys.
    static func addresses(of clients: Set<ClientID>, in history: Database, vault: Vault) throws -> [ClientID: String] {
        let statement = try history.cachedStatement(sql: "SELECT identity FROM seen_client WHERE client = ?")
        var addresses: [ClientID: String] = [:]
        for client in clients {
            guard let sealed = try String.fetchOne(statement, arguments: [client.rawValue]) else { continue }
            addresses[client] = DeviceIdentity(sealed, of: client, vault: vault)?.address
        }
        return addresses
    }
}
