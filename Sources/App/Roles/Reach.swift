/// How a command reaches the data, and as whom.
package enum Reach: Sendable {
    /// The data directory itself: whoever can open it is its owner, and may ask as support.
    case directory(DataDirectory, Role)
    /// The socket of a running service that is for support.
    case supportSocket(String)

    /// The directory, for a command that only its owner has.
    ///
    /// - Throws: ``RoleError/mayNot(_:)`` for every other role.
    package var ownersDirectory: DataDirectory {
        get throws(RoleError) {
            guard case .directory(let directory, .owner) = self else { throw .mayNot(.support) }
            return directory
        }
    }

    /// Looks something up: in this process where the directory can be opened, else through the service.
    package func text(_ look: Look) async throws -> String {
        switch self {
        case .directory(let directory, let role): return try look.text(in: directory, as: role)
        case .supportSocket: return try await AdminClient.document(.look(look), in: self)
        }
    }
}
