import App
import ArgumentParser

/// Erases a customer for good: `baton customer erase`.
struct EraseCustomer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase a customer for good: what plays ends, the keys are destroyed, nothing readable is left.",
        discussion: """
            What stands in the log about the person stays sealed for ever, in backups of the log too; reports of past weeks count the customer as erased-<number>, and all their other rows stay as they were. There is no way back. Names, notes, addresses, devices and user agents can't be found in any file of the data directory afterwards.
            """
    )

    @Argument(help: CustomerOptions.idHelp) var id: String
    @OptionGroup var data: DataOptions

    func run() async throws {
        try await AdminClient.run(.privacy(.erase(customer: self.id)), in: self.data.reach)
    }
}

/// Writes all that is known of a customer: `baton customer export`.
struct ExportCustomer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write everything that is known of one customer as JSON, for whoever asks for their data.",
        discussion: """
            Record, logins without passwords, connections, devices with what can still be read of them, refusals, incidents while watching, refunds, changes. That it was made is an event. Schema: schemas/customer-export.schema.json.
            """
    )

    @Argument(help: CustomerOptions.idHelp) var id: String
    @Option(name: .shortAndLong, help: "Write it to this file, which only you can read.") var output: String?
    @OptionGroup var data: DataOptions

    func run() async throws {
        let text = try await AdminClient.document(.privacy(.export(customer: self.id)), in: self.data.reach)
        try TextOutput.write(text, to: self.output)
    }
}
