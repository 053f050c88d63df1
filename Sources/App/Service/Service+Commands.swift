import Logging

extension Service {
    /// Brings the channels up to the catalogue again.
    func refreshCatalogue() {
        self.upkeep.refreshSoon()
    }

    /// Says something in the service's log.
    func tell(_ message: String) {
        self.logger.info("\(message)")
    }
}
