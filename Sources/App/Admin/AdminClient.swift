import Foundation
import Glibc

/// Takes an operator's request to the running service or, when none runs, carries it out in this process.
package enum AdminClient {
    /// Prints the answer.
    ///
    /// - Throws: what went wrong, to be shown in one line.
    package static func run(
        _ request: AdminRequest,
        in directory: DataDirectory,
        format: TableFormat = .table
    ) async throws {
        let answer = try await Self.send(request, to: directory)
        if let error = answer.error { throw AdminError(message: error) }
        for message in answer.messages { print(message) }
        if let text = answer.text { print(text, terminator: "") }
        if let channel = answer.channel { print(channel.text(format), terminator: "") }
        if let table = answer.table { print(table.text(format), terminator: "") }
    }

    /// The document that a request is answered with.
    ///
    /// - Throws: what went wrong, to be shown in one line.
    package static func document(_ request: AdminRequest, in directory: DataDirectory) async throws -> String {
        let answer = try await Self.send(request, to: directory)
        if let error = answer.error { throw AdminError(message: error) }
        return answer.text ?? ""
    }

    /// Sends a request to the service, or carries it out with the directory's lock.
    package static func send(_ request: AdminRequest, to directory: DataDirectory) async throws -> AdminAnswer {
        if let answer = try AdminSocket.send(request, dataDirectory: directory.path) { return answer }
        switch request {
        case .status, .switchSource, .reloadSlates, .guideProgress, .listDeliveries, .sendReports:
            throw AdministratorError.notRunning
        default: break
        }
        return try await Offline.perform(request, in: directory)
    }
}

/// An error that the service told.
struct AdminError: Error, CustomStringConvertible {
    var message: String

    var description: String { self.message }
}
