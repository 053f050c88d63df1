import Accounts
import App
import ArgumentParser

struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract:
            "Issue, list, show, change, extend, convert, suspend, resume, rotate, unlock, link or remove credentials.",
        subcommands: [
            Issue.self, Extend.self, Convert.self, Suspend.self, Resume.self, Rotate.self, Unlock.self, Link.self,
        ] + Noun<CredentialOptions>.verbs
    )

    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue a credential or a trial, and the customer it is for where there is none yet.",
            discussion: """
                Without --customer, or with --plan, the customer is made as well. A trial ends by itself, to the second: who plays is told, and its name and password go on when it is converted.
                """
        )

        @Argument(help: "The username; made up when none is given.") var username: String?
        @Option(help: ArgumentHelp("Make it a trial of this length.", valueName: "24h")) var trial: String?
        @Option(name: .customLong("for"), help: ArgumentHelp("How long it is sold for.", valueName: "1mo"))
        var length: String?
        @Option(help: "The plan of the customer that is made with it.") var plan: String?
        @OptionGroup var options: CredentialOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            let order = IssueCredential.Order(
                username: self.username,
                settings: self.options.settings,
                plan: self.plan,
                trial: self.trial,
                length: self.length
            )
            try await AdminClient.run(.issue(order), in: self.data.reach)
        }
    }

    struct Extend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a credential or a trial a later end; one that has ended works again."
        )

        @Argument(help: CredentialOptions.idHelp) var id: String
        @Option(help: ArgumentHelp("So long after its end, or after now when that is over.", valueName: "1mo"))
        var by: String?
        @Option(help: ArgumentHelp("At this time.", valueName: "2026-12-31")) var until: String?
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (self.by == nil) != (self.until == nil) else {
                throw ValidationError("until when? Give either --by or --until")
            }
        }

        func run() async throws {
            let end = NewEndText(length: self.by, time: self.until)
            try await AdminClient.run(.extend(credential: self.id, end), in: self.data.reach)
        }
    }

    struct Convert: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a paid credential of a trial; name and password stay, and who plays goes on."
        )

        @Argument(help: CredentialOptions.idHelp) var id: String
        @Option(name: .customLong("for"), help: ArgumentHelp("How long it is sold for from now.", valueName: "1mo"))
        var length: String?
        @Option(help: ArgumentHelp("When it ends; never, when neither is given.", valueName: "2026-12-31"))
        var until: String?
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard self.length == nil || self.until == nil else {
                throw ValidationError("one end only: give either --for or --until")
            }
        }

        func run() async throws {
            let end = NewEndText(length: self.length, time: self.until)
            try await AdminClient.run(.convert(credential: self.id, end), in: self.data.reach)
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a credential and what plays with it.")

        @Argument(help: CredentialOptions.idHelp) var id: String
        @Option(help: "The reason, for your records.") var why: String = "by operator"
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.suspend(credential: self.id, why: self.why), in: self.data.reach)
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a suspended credential work again.")

        @Argument(help: CredentialOptions.idHelp) var id: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.resume(credential: self.id), in: self.data.reach)
        }
    }

    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget the networks that a credential was locked to; it learns them anew."
        )

        @Argument(help: CredentialOptions.idHelp) var id: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.unlock(credential: self.id), in: self.data.reach)
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a credential a new password, shown once; what plays with the old one ends."
        )

        @Argument(help: CredentialOptions.idHelp) var id: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.rotate(credential: self.id), in: self.data.reach)
        }
    }
}
