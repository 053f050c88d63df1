import Ledger
import Model
import Reports

extension Administrator {
    /// What is sent by schedule, and how far the last week's reports are.
    func listDeliveries() async throws -> Table {
        guard let outbox = self.outbox else { throw AdministratorError.notRunning }
        let columns = ["delivery", "way", "report", "format", "week", "tries", "state", "next"]
        guard let (week, _, items) = try await outbox.items(now: Clocks.system.wall()) else {
            return Table(columns: columns, rows: [])
        }
        return Table(
            columns: columns,
            rows: items.map { Self.cells($0, week) }
        )
    }

    /// Sends the last week's reports now, whatever was sent before.
    func sendReports(delivery: String?) async throws -> [String] {
        guard let outbox = self.outbox else { throw AdministratorError.notRunning }
        let messages = try await outbox.sendDue(now: Clocks.system.wall(), isNow: true, only: delivery)
        return messages.isEmpty ? ["nothing to send: no delivery is set up, or no week is over yet"] : messages
    }

    private static func cells(_ item: Outbox.Item, _ week: ReportWeek) -> [Table.Cell] {
        let (state, next) = Self.words(item.step)
        return [
            .text(item.delivery.name), .text(item.delivery.way.word), .text(item.kind.rawValue),
            .text(item.delivery.format.rawValue), .text(week.name), .number(Int64(item.attempts)), .text(state),
            .init(next?.description),
        ]
    }

    private static func words(_ step: DeliverySchedule.Step) -> (String, WallTime?) {
        switch step {
        case .wait(let until): ("waits", until)
        case .send: ("due", nil)
        case .sent: ("sent", nil)
        case .givenUp: ("given up", nil)
        }
    }
}
