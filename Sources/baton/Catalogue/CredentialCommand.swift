import App
import ArgumentParser

struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract: "Add, list, show, change, suspend, resume, rotate or remove credentials.",
        subcommands: Noun<CredentialOptions>.verbs + [Suspend.self, Resume.self, Rotate.self]
    )

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a credential and what plays with it.")

        @Argument(help: CredentialOptions.idHelp) var id: String
        @Option(help: "The reason, for your records.") var why: String = "by operator"
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.suspend(credential: self.id, why: self.why), in: self.data.directory)
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a suspended credential work again.")

        @Argument(help: CredentialOptions.idHelp) var id: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.resume(credential: self.id), in: self.data.directory)
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a credential a new password, shown once; what plays with the old one ends."
        )

        @Argument(help: CredentialOptions.idHelp) var id: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.rotate(credential: self.id), in: self.data.directory)
        }
    }
}
