extension Ledger {
    /// Times it is tried, and how long is waited in between: readers of a long report hold a file for some seconds.
    static let scrubAttemptsMax = 60
    static let scrubPause = Duration.milliseconds(500)

    /// Leaves nothing of people who were erased in the files of both projections: neither in free pages nor in the
    /// write-ahead logs.
    ///
    /// - Throws: ``LedgerError/projectionBusy`` when readers hold a file for half a minute; the next start makes up for it.
    package func scrub() async throws {
        try await self.scrub(self.askToScrubHistory)
        try await self.scrub(self.askToScrubLive)
    }

    private func scrub(_ ask: (@escaping LedgerShared.ScrubCompletion) -> Void) async throws {
        for attempt in 1...Self.scrubAttemptsMax {
            let isDone = try await withCheckedThrowingContinuation { continuation in
                ask { continuation.resume(with: $0) }
            }
            if isDone { return }
            if attempt < Self.scrubAttemptsMax { try await Task.sleep(for: Self.scrubPause) }
        }
        throw LedgerError.projectionBusy
    }
}
