import App
import ArgumentParser

struct RefundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Put down money that was given back, by which the refund report's level is set; list it.",
        subcommands: [Record.self, List.self]
    )

    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put down a refund.")

        @Argument(help: "The customer.") var customer: String
        @Option(help: "How much, such as 4.50.") var amount: MoneyAmount
        @Option(help: "The reason, for your records.") var why: String = ""
        @Option(name: .customLong("for"), help: "The day it is for, such as 2026-10-17; today when not given.")
        var day: String?
        @OptionGroup var zone: ZoneOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            let clock = try self.zone.clock(self.data.directory)
            let request = RecordRequest.recordRefund(
                customer: self.customer,
                amountCents: self.amount.cents,
                why: self.why.isEmpty ? "not told" : self.why,
                day: try self.day.map { try OperatorTime.microseconds($0, clock) }
            )
            try await AdminClient.run(.record(request), in: self.data.reach)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List refunds, the newest first.")

        @OptionGroup var format: FormatOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.record(.refunds), in: self.data.reach, format: self.format.format)
        }
    }
}

/// An amount of money as people write it: `4`, `4.5`, `4.50`.
struct MoneyAmount: ExpressibleByArgument {
    let cents: Int64

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]), (0...100_000_000).contains(whole) else {
            return nil
        }
        guard parts.count == 2 else {
            self.cents = whole * 100
            return
        }
        guard (1...2).contains(parts[1].utf8.count), let part = Int64(parts[1]), part >= 0 else { return nil }
        self.cents = whole * 100 + (parts[1].utf8.count == 1 ? part * 10 : part)
    }
}
