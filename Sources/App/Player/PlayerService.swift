import Accounts
import Delivery
import Events
import HTTP
import Ingest
import Ledger
import Model
import NIOCore
import NIOPosix
import PlayerAPI
import Projections
import Synchronization
import Vault

/// Answers what apps ask, on threads of its own, from the live tables as they were last committed.
final class PlayerService: PlayerAnswering {
    /// Threads that answer: a list of 100,000 channels takes one a part of a second, and the event loops none of it.
    private static let threadCount = 2
    /// Questions that may wait, some 20 kB each at most; further ones are told to come again.
    private static let waitingMax = 512

    let ledger: Ledger
    let vault: Vault
    private let login: PlayerLogin
    let clock: ServerClock
    let brands: Brands
    let programmes: any ProgrammeSource
    let guides = GuideCache()
    let logos: LogoStore
    private let fetcher: Fetcher
    private let pool: NIOThreadPool
    private let waiting = Atomic<Int>(0)
    private let catalogue = Mutex<(version: Int64, made: PlayerCatalogue)?>(nil)
    private let catalogueVersion = Atomic<Int64>(0)

    /// Keeps logos in `logoFolder`.
    init(
        ledger: Ledger,
        passwords: Passwords,
        clock: ServerClock,
        brands: Brands,
        programmes: any ProgrammeSource,
        logoFolder: String
    ) {
        let fetcher = Fetcher()
        self.fetcher = fetcher
        self.logos = LogoStore(folder: logoFolder, fetcher: fetcher)
        self.ledger = ledger
        self.vault = passwords.vault
        self.login = PlayerLogin(ledger: ledger, passwords: passwords)
        self.clock = clock
        self.brands = brands
        self.programmes = programmes
        self.pool = NIOThreadPool(numberOfThreads: Self.threadCount)
        self.pool.start()
    }

    func stop() async {
        await self.fetcher.stop()
        try? await self.pool.shutdownGracefully()
    }

    /// The channels are different now.
    func catalogueChanged() {
        self.catalogueVersion.add(1, ordering: .releasing)
    }

    func answer(_ question: PlayerQuestion, reply: @escaping @Sendable (PlayerReply?) -> Void) {
        self.run(reply) { service, reply in
            service.login.identify(question.username, question.password, from: question.device) { result in
                switch result {
                case .success(let credential):
                    service.run(reply) { service, reply in
                        // Tables that can't be read are nothing that the app could do anything about.
                        reply(try? service.reply(to: question, of: credential, now: Clocks.system.wall()))
                    }
                case .failure(.unknownCredential): reply(service.refusal(question.kind))
                case .failure: reply(nil)
                }
            }
        }
    }

    /// Has `work` done on a thread of the pool; it replies once.
    func run(
        _ reply: @escaping @Sendable (PlayerReply?) -> Void,
        _ work: @escaping @Sendable (PlayerService, @escaping @Sendable (PlayerReply?) -> Void) -> Void
    ) {
        guard self.waiting.add(1, ordering: .relaxed).newValue <= Self.waitingMax else {
            self.waiting.subtract(1, ordering: .relaxed)
            return reply(nil)
        }
        self.pool.submit { state in
            if case .active = state { work(self, reply) } else { reply(nil) }
            self.waiting.subtract(1, ordering: .relaxed)
        }
    }

    /// The channels as of the last change, and how often they have changed.
    func currentCatalogue(_ state: LiveState) throws -> (version: Int64, made: PlayerCatalogue) {
        let version = self.catalogueVersion.load(ordering: .acquiring)
        if let known = self.catalogue.withLock({ $0 }), known.version == version { return known }
        let made = (version: version, made: try PlayerCatalogue(state))
        self.catalogue.withLock { $0 = made }
        return made
    }
}
