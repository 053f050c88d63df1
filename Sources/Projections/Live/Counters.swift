import Events
package import Model

/// The numbers that are given next, and what else is counted since the first event.
package struct Counters: StoredRow {
    package static let table = "counter"
    package static let statements = TableStatements<Counters>()
    package static let empty = Counters()

    static let schema = """
        -- The numbers that are given next: one row.
        CREATE TABLE counter(
          one INTEGER NOT NULL PRIMARY KEY CHECK(one = 1),
          next_connection INTEGER NOT NULL,
          next_credential INTEGER NOT NULL,
          next_source INTEGER NOT NULL,
          next_channel INTEGER NOT NULL,
          next_client INTEGER NOT NULL,
          next_account INTEGER NOT NULL,
          epoch INTEGER NOT NULL,      -- starts of the log
          client_week TEXT NOT NULL    -- the newest ISO week a client was seen in
        );
        """

    private var one = onlyRow
    package private(set) var nextConnection = ConnectionID(1)
    package private(set) var nextCredential = CredentialID(1)
    package private(set) var nextSource = SourceID(1)
    /// For channels that the operator gives no number.
    package private(set) var nextChannel = ChannelID(1)
    package private(set) var nextClient = ClientID(1)
    package private(set) var nextAccount = AccountID(1)
    /// Epoch of the last start; 0 before the first.
    package private(set) var epoch: Int64 = 0
    /// The newest ISO week a client was seen in; empty before the first.
    var clientWeek = ""

    init() {}

    package var key: Int64 { self.one }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("one", &self.one)
        visit("next_connection", &self.nextConnection)
        visit("next_credential", &self.nextCredential)
        visit("next_source", &self.nextSource)
        visit("next_channel", &self.nextChannel)
        visit("next_client", &self.nextClient)
        visit("next_account", &self.nextAccount)
        visit("epoch", &self.epoch)
        visit("client_week", &self.clientWeek)
    }

    mutating func apply(_ event: Event) {
        switch event {
        case .connectionOpened(let it): Self.pass(it.connection, &self.nextConnection)
        case .credentialIssued(let it): Self.pass(it.credential, &self.nextCredential)
        case .sourceAttached(let it): Self.pass(it.source, &self.nextSource)
        case .accountAdded(let it): Self.pass(it.account, &self.nextAccount)
        case .channelAdded(let it): Self.pass(it.channel, &self.nextChannel)
        case .clientSeen(let it): Self.pass(it.client, &self.nextClient)
        case .nodeStarted(let it): self.epoch = max(self.epoch, it.epoch)
        case .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .dataAged, .nodeStopped, .clockStepped, .logDegraded, .supplierAdded, .supplierChanged, .supplierRemoved,
            .channelChanged,
            .channelRemoved, .sourceChanged, .sourceDetached, .ingestStarted, .ingestBlip, .ingestRecovered,
            .ingestDown,
            .ingestStopped, .overlapDropped, .freezePatch, .failoverSwitch, .slateShown, .guideRefreshed, .guideFailed,
            .archiveDropped, .connectionClosed,
            .limitRejected,
            .connectionEvicted, .customerAdded, .customerChanged, .customerErased, .refundRecorded, .planAdded,
            .planChanged, .planRemoved, .credentialChanged, .credentialSuspended, .credentialResumed,
            .customerSuspended, .customerResumed,
            .credentialRotated,
            .credentialExpired, .credentialRemoved, .operatorSignedIn, .operatorRefused, .credentialNetworkBound,
            .credentialNetworksForgotten, .addressBanned, .addressUnbanned, .reportExported, .reportSent, .reportFailed,
            .credentialExcused,
            .excuseWithdrawn,
            .eventScheduled:
            break
        }
    }

    private static func pass<Subject>(_ number: NumberID<Subject>, _ next: inout NumberID<Subject>) {
        next = max(next, NumberID(number.rawValue &+ 1))
    }
}
