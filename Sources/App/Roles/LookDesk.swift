import Accounts
import Dispatch
import Ledger
import Model
import Reports

/// Answers support out of the running service: one look at a time, on a thread that serves nobody.
final class LookDesk: Sendable {
    private let queue = DispatchQueue(label: "baton-look", qos: .utility)

    /// What is told to support, recorded before it is where it leaves for a file.
    func text(_ look: Look, in directory: DataDirectory, ledger: Ledger) async throws -> String {
        try await ledger.flushHistory()
        guard case .report(let asked) = look, asked.isExport else {
            return try await self.aside { try look.text(in: directory, as: .support) }
        }
        let (text, span) = try await self.aside { try asked.report(in: directory) }
        let by = OperatorID(rawValue: Role.support.rawValue)
        let record = RecordExport(by: by, report: asked.kind.rawValue, span: span, format: asked.format.rawValue)
        try await ledger.perform(record)
        return DiscreetText.of(text)
    }

    private func aside<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            self.queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}

extension Administrator {
    /// Carries out what support asks, and tells no more than support may know.
    func performForSupport(_ request: AdminRequest) async throws -> AdminAnswer {
        guard request.isForSupport else { throw RoleError.mayNot(.support) }
        do {
            return try await self.perform(request.bare).discreet
        } catch {
            throw AdminError(message: DiscreetText.of("\(error)"))
        }
    }

    func look(_ look: Look) async throws -> AdminAnswer {
        guard let directory = self.directory else { throw AdministratorError.notRunning }
        return AdminAnswer(text: try await self.desk.text(look, in: directory, ledger: self.ledger))
    }
}
