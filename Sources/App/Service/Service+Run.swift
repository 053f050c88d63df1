import Foundation
import Logging
import UnixSignals

extension Service {
    /// Runs until SIGTERM or SIGINT; SIGHUP reads the configuration and the catalogue's effects again.
    package static func run(configurationFile: String?, in directory: DataDirectory) async throws {
        let configuration = try Self.configuration(configurationFile)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let logger = ServiceLogger.make()
        let service = try await Service(configuration, in: directory, logger: logger)
        logger.info(
            "serving",
            metadata: [
                "public": "\(configuration.publicURL)", "port": "\(service.publicPort)",
                "admin": "\(service.adminPort)", "data": "\(directory.path)",
                "tls": "\(service.securePort.map(String.init) ?? "none")",
            ]
        )
        for await signal in signals {
            guard signal == .sighup else {
                logger.info("stopping", metadata: ["signal": "\(signal)"])
                break
            }
            service.reload(configurationFile, current: configuration)
        }
        await service.stop(why: "signal")
        logger.info("stopped")
    }

    static func configuration(_ file: String?) throws -> Configuration {
        guard let file else { return Configuration() }
        return try Configuration(parsing: TextFile.read(file), file: file)
    }

    /// A file that is wrong changes nothing.
    private func reload(_ file: String?, current: Configuration) {
        do {
            let new = try Self.configuration(file)
            self.refreshCatalogue()
            for line in self.upkeep.refreshFiles() { self.tell(line) }
            for line in self.reloadSlates() { self.tell(line) }
            let isOther = self.outbox.replace(with: new.deliveries)
            if isOther { self.tell("deliveries of reports: \(new.deliveries.count) from now on") }
            var rest = new
            rest.deliveries = current.deliveries
            if rest == current {
                self.tell("configuration read again: nothing \(isOther ? "else " : "")changed")
            } else {
                self.tell("configuration read again: what changed takes effect at the next start")
            }
        } catch {
            self.tell("configuration not taken: \(error)")
        }
    }
}

/// The service's own log: one line an event of operation, on standard error.
enum ServiceLogger {
    static func make() -> Logger {
        Logger(label: "baton") { StreamLogHandler.standardError(label: $0) }
    }
}
