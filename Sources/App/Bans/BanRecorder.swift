import Accounts
import Delivery
import HTTP
import Ledger
import Logging
import NIOCore
import Synchronization
import Vault

/// Records the bans that Baton makes itself; any thread.
///
/// A flood from very many addresses is banned from memory all the same, but what it may write into the log is limited.
final class BanRecorder: Sendable {
    /// Bans that are recorded in a minute.
    static let perMinute = 600

    private let ledger: Ledger
    private let vault: Vault
    private let logger: Logger
    private let rate = Mutex(
        RateTable<Int>(burst: BanRecorder.perMinute, per: .minutes(1), refill: BanRecorder.perMinute)
    )

    init(ledger: Ledger, vault: Vault, logger: Logger) {
        self.ledger = ledger
        self.vault = vault
        self.logger = logger
    }

    func record(_ ban: AddressBan) {
        guard self.rate.withLock({ $0.count(0, at: .now()) }) else { return }
        let logger = self.logger
        do {
            let command = try RecordBan(
                ban.range,
                reach: ban.reach,
                why: ban.why,
                times: ban.times,
                until: ban.until,
                now: Clocks.system.wall(),
                vault: self.vault
            )
            self.ledger.perform(command) { result in
                if case .failure(let error) = result { logger.error("a ban was not recorded: \(error)") }
            }
        } catch {
            logger.error("a ban was not recorded: \(error)")
        }
    }
}
