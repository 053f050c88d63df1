import Glibc

/// Where support reaches a running service, and which group may.
package struct SupportSocket: Hashable, Sendable {
    /// Bytes of a path that a socket can have: `sun_path` without its end.
    private static let pathSizeMax = 107

    package var path: String
    /// The group's name; that of the service's own process when `nil`.
    package var group: String?

    init(path: String, group: String? = nil) {
        self.path = path
        self.group = group
    }

    /// Reads `support: {socket: /run/baton/support.sock, group: baton-support}`.
    init?(_ section: YAMLField) throws(ConfigurationError) {
        guard !section.isNull else { return nil }
        let keys = try section.mapping("socket", "group")
        guard let socket = keys["socket"], !socket.isNull else {
            if let group = keys["group"], !group.isNull { throw group.complaint("a group without a socket") }
            return nil
        }
        self.path = try socket.text()
        guard self.path.hasPrefix("/"), self.path.utf8.count <= Self.pathSizeMax else {
            throw socket.complaint("expected a whole path of at most \(Self.pathSizeMax) bytes, found `\(self.path)`")
        }
        if let group = keys["group"], !group.isNull { self.group = try group.text() }
    }

    /// The group's number; `nil` for the process's own.
    ///
    /// - Throws: ``AdminSocketError/noGroup(_:)``
    var groupID: gid_t? {
        get throws {
            guard let name = self.group else { return nil }
            var entry = Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            // Large enough for a group of thousands: their names are read, too.
            var buffer = [CChar](repeating: 0, count: 1 << 20)
            guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
                throw AdminSocketError.noGroup(name)
            }
            return entry.gr_gid
        }
    }
}
