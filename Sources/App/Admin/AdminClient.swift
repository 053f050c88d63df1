import Foundation
import Glibc

/// Takes an operator's request to the running service or, when none runs, carries it out in this process.
package enum AdminClient {
    /// Prints the answer.
    ///
    /// - Throws: what went wrong, to be shown in one line.
    package static func run(
        _ request: AdminRequest,
        in reach: Reach,
        format: TableFormat = .table
    ) async throws {
        let answer = try await Self.send(request, to: reach)
        if let error = answer.error { throw AdminError(message: error) }
        for message in answer.messages { print(message) }
        if let text = answer.text { print(text, terminator: "") }
        if let channel = answer.channel { print(channel.text(format), terminator: "") }
        if let table = answer.table { print(table.text(format), terminator: "") }
    }

    /// The document that a request is answered with.
    ///
    /// - Throws: what went wrong, to be shown in one line.
    package static func document(_ request: AdminRequest, in reach: Reach) async throws -> String {
        let answer = try await Self.send(request, to: reach)
        if let error = answer.error { throw AdminError(message: error) }
        return answer.text ?? ""
    }

    /// Sends a request to the service, or carries it out with the directory's lock.
    package static func send(_ request: AdminRequest, to reach: Reach) async throws -> AdminAnswer {
        switch reach {
        case .supportSocket(let path):
            guard let answer = try AdminSocket.send(request, to: path) else { throw AdminSocketError.nobody(path) }
            return answer
        case .directory(let directory, .owner): return try await Self.send(request, to: directory)
        case .directory(let directory, .support): return try await Self.send(.asSupport(request), to: directory)
        }
    }

    private static func send(_ request: AdminRequest, to directory: DataDirectory) async throws -> AdminAnswer {
        if let answer = try AdminSocket.send(request, to: AdminSocket.path(in: directory.path)) { return answer }
        // Who may not ask is told so, whether a service runs or not.
        if case .asSupport(let request) = request, !request.isForSupport { throw RoleError.mayNot(.support) }
        try Self.requireService(for: request.bare)
        return try await Offline.perform(request, in: directory)
    }

    private static func requireService(for request: AdminRequest) throws {
        switch request {
        case .status, .switchSource, .reloadSlates, .guideProgress, .listDeliveries, .sendReports:
            throw AdministratorError.notRunning
        default: break
        }
    }
}

/// An error that the service told.
struct AdminError: Error, CustomStringConvertible {
    var message: String

    var description: String { self.message }
}
