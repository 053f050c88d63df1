import Testing

/// A HLS session as a player has it: from the address with name and password to its own playlist.
struct Session: Sendable {
    let client: Client
    /// Of the media playlist.
    let address: String
    /// The media playlist as it was first.
    let first: Reply

    /// Starts a session, and asks for its playlist.
    init(_ client: Client, _ start: String) async throws {
        let reply = try await client.get(start)
        try #require(reply.status == 200, "\(start): \(reply.head)")
        try await self.init(client, going: try #require(reply.addresses.first, "no variant in \(reply.text)"))
    }

    /// Goes on with a session by the address of its playlist.
    init(_ client: Client, going address: String) async throws {
        self.client = client
        self.address = address
        self.first = try await Self.playlist(client, address)
    }

    /// The media playlist as it is now.
    func playlist() async throws -> Reply { try await Self.playlist(self.client, self.address) }

    private static func playlist(_ client: Client, _ address: String) async throws -> Reply {
        let reply = try await client.get(address)
        try #require(reply.status == 200, "\(address): \(reply.head)")
        return reply
    }

    /// The address of a segment that the playlist names.
    func address(of segment: String) -> String {
        self.address.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/" + segment
    }

    func segment(_ name: String) async throws -> Reply {
        let reply = try await self.client.get(self.address(of: name))
        try #require(reply.status == 200, "\(name): \(reply.head)")
        return reply
    }
}
