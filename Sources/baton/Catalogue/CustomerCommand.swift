import App
import ArgumentParser

struct CustomerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customer",
        abstract: "Add, list, show, change, suspend, resume, export, remove or erase customers.",
        subcommands: Noun<CustomerOptions>.verbs + [Suspend.self, Resume.self, ExportCustomer.self, EraseCustomer.self]
    )

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop all of a customer's credentials and what plays with them."
        )

        @Argument(help: CustomerOptions.idHelp) var id: String
        @Option(help: "The reason, for your records.") var why: String = "by operator"
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.suspendCustomer(self.id, why: self.why), in: self.data.reach)
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a suspended customer watch again; credentials that were suspended themselves stay so."
        )

        @Argument(help: CustomerOptions.idHelp) var id: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.resumeCustomer(self.id), in: self.data.reach)
        }
    }
}
