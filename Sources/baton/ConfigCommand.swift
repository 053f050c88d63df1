import App
import ArgumentParser

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print a configuration file with every option at its default, explained."
    )

    func run() {
        Output.show(Configuration.defaultFile)
    }
}
