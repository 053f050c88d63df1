/// A fact: one case per payload.
///
/// The set is closed: a projection switches over it without `default`.
package enum Event: Hashable, Sendable {
    case nodeStarted(NodeStarted)
    case nodeStopped(NodeStopped)
    case clockStepped(ClockStepped)
    case logDegraded(LogDegraded)
    case supplierAdded(SupplierAdded)
    case supplierChanged(SupplierChanged)
    case supplierRemoved(SupplierRemoved)
    case accountAdded(AccountAdded)
    case accountChanged(AccountChanged)
    case accountRemoved(AccountRemoved)
    case accountRead(AccountRead)
    case accountWarned(AccountWarned)
    case accountSetAside(AccountSetAside)
    case channelAdded(ChannelAdded)
    case channelChanged(ChannelChanged)
    case channelRemoved(ChannelRemoved)
    case sourceAttached(SourceAttached)
    case sourceChanged(SourceChanged)
    case sourceDetached(SourceDetached)
    case ingestStarted(IngestStarted)
    case ingestBlip(IngestBlip)
    case ingestRecovered(IngestRecovered)
    case ingestDown(IngestDown)
    case ingestStopped(IngestStopped)
    case overlapDropped(OverlapDropped)
    case freezePatch(FreezePatch)
    case failoverSwitch(FailoverSwitch)
    case slateShown(SlateShown)
    case guideRefreshed(GuideRefreshed)
    case guideFailed(GuideFailed)
    case archiveDropped(ArchiveDropped)
    case connectionOpened(ConnectionOpened)
    case connectionClosed(ConnectionClosed)
    case limitRejected(LimitRejected)
    case connectionEvicted(ConnectionEvicted)
    case clientSeen(ClientSeen)
    case customerAdded(CustomerAdded)
    case customerChanged(CustomerChanged)
    case customerSuspended(CustomerSuspended)
    case customerResumed(CustomerResumed)
    case customerErased(CustomerErased)
    case refundRecorded(RefundRecorded)
    case planAdded(PlanAdded)
    case planChanged(PlanChanged)
    case planRemoved(PlanRemoved)
    case credentialIssued(CredentialIssued)
    case credentialChanged(CredentialChanged)
    case credentialSuspended(CredentialSuspended)
    case credentialResumed(CredentialResumed)
    case credentialRotated(CredentialRotated)
    case credentialExpired(CredentialExpired)
    case credentialRemoved(CredentialRemoved)
    case credentialExcused(CredentialExcused)
    case excuseWithdrawn(ExcuseWithdrawn)
    case operatorSignedIn(OperatorSignedIn)
    case operatorRefused(OperatorRefused)
    case reportExported(ReportExported)
    case reportSent(ReportSent)
    case reportFailed(ReportFailed)
    case eventScheduled(EventScheduled)
    case credentialNetworkBound(CredentialNetworkBound)
    case credentialNetworksForgotten(CredentialNetworksForgotten)
    case addressBanned(AddressBanned)
    case addressUnbanned(AddressUnbanned)
    case dataAged(DataAged)

    /// The wire name of an event.
    ///
    /// Never renamed, never reused.
    package enum Kind: String, CaseIterable, Sendable {
        case nodeStarted = "node.started"
        case nodeStopped = "node.stopped"
        case clockStepped = "clock.stepped"
        case logDegraded = "log.degraded"
        case supplierAdded = "supplier.added"
        case supplierChanged = "supplier.changed"
        case supplierRemoved = "supplier.removed"
        case accountAdded = "account.added"
        case accountChanged = "account.changed"
        case accountRemoved = "account.removed"
        case accountRead = "account.read"
        case accountWarned = "account.warned"
        case accountSetAside = "account.set-aside"
        case channelAdded = "channel.added"
        case channelChanged = "channel.changed"
        case channelRemoved = "channel.removed"
        case sourceAttached = "source.attached"
        case sourceChanged = "source.changed"
        case sourceDetached = "source.detached"
        case ingestStarted = "ingest.started"
        case ingestBlip = "ingest.blip"
        case ingestRecovered = "ingest.recovered"
        case ingestDown = "ingest.down"
        case ingestStopped = "ingest.stopped"
        case overlapDropped = "overlap.dropped"
        case freezePatch = "freeze.patch"
        case failoverSwitch = "failover.switch"
        case slateShown = "slate.shown"
        case guideRefreshed = "guide.refreshed"
        case guideFailed = "guide.failed"
        case archiveDropped = "archive.dropped"
        case connectionOpened = "connection.opened"
        case connectionClosed = "connection.closed"
        case limitRejected = "limit.rejected"
        case connectionEvicted = "connection.evicted"
        case clientSeen = "client.seen"
        case customerAdded = "customer.added"
        case customerChanged = "customer.changed"
        case customerSuspended = "customer.suspended"
        case customerResumed = "customer.resumed"
        case customerErased = "customer.erased"
        case refundRecorded = "refund.recorded"
        case planAdded = "plan.added"
        case planChanged = "plan.changed"
        case planRemoved = "plan.removed"
        case credentialIssued = "credential.issued"
        case credentialChanged = "credential.changed"
        case credentialSuspended = "credential.suspended"
        case credentialResumed = "credential.resumed"
        case credentialRotated = "credential.rotated"
        case credentialExpired = "credential.expired"
        case credentialRemoved = "credential.removed"
        case credentialExcused = "credential.excused"
        case excuseWithdrawn = "credential.excuse-withdrawn"
        case operatorSignedIn = "operator.signed-in"
        case operatorRefused = "operator.refused"
        case reportExported = "report.exported"
        case reportSent = "report.sent"
        case reportFailed = "report.failed"
        case eventScheduled = "event.scheduled"
        case credentialNetworkBound = "credential.network-bound"
        case credentialNetworksForgotten = "credential.networks-forgotten"
        case addressBanned = "address.banned"
        case addressUnbanned = "address.unbanned"
        case dataAged = "data.aged"

        /// The payload's type, for schemas and documents.
        package var payload: any EventPayload.Type {
            switch self {
            case .nodeStarted: NodeStarted.self
            case .nodeStopped: NodeStopped.self
            case .clockStepped: ClockStepped.self
            case .logDegraded: LogDegraded.self
            case .supplierAdded: SupplierAdded.self
            case .supplierChanged: SupplierChanged.self
            case .supplierRemoved: SupplierRemoved.self
            case .accountAdded: AccountAdded.self
            case .accountChanged: AccountChanged.self
            case .accountRemoved: AccountRemoved.self
            case .accountRead: AccountRead.self
            case .accountWarned: AccountWarned.self
            case .accountSetAside: AccountSetAside.self
            case .channelAdded: ChannelAdded.self
            case .channelChanged: ChannelChanged.self
            case .channelRemoved: ChannelRemoved.self
            case .sourceAttached: SourceAttached.self
            case .sourceChanged: SourceChanged.self
            case .sourceDetached: SourceDetached.self
            case .ingestStarted: IngestStarted.self
            case .ingestBlip: IngestBlip.self
            case .ingestRecovered: IngestRecovered.self
            case .ingestDown: IngestDown.self
            case .ingestStopped: IngestStopped.self
            case .overlapDropped: OverlapDropped.self
            case .freezePatch: FreezePatch.self
            case .failoverSwitch: FailoverSwitch.self
            case .slateShown: SlateShown.self
            case .guideRefreshed: GuideRefreshed.self
            case .guideFailed: GuideFailed.self
            case .archiveDropped: ArchiveDropped.self
            case .connectionOpened: ConnectionOpened.self
            case .connectionClosed: ConnectionClosed.self
            case .limitRejected: LimitRejected.self
            case .connectionEvicted: ConnectionEvicted.self
            case .clientSeen: ClientSeen.self
            case .customerAdded: CustomerAdded.self
            case .customerChanged: CustomerChanged.self
            case .customerSuspended: CustomerSuspended.self
            case .customerResumed: CustomerResumed.self
            case .customerErased: CustomerErased.self
            case .refundRecorded: RefundRecorded.self
            case .planAdded: PlanAdded.self
            case .planChanged: PlanChanged.self
            case .planRemoved: PlanRemoved.self
            case .credentialIssued: CredentialIssued.self
            case .credentialChanged: CredentialChanged.self
            case .credentialSuspended: CredentialSuspended.self
            case .credentialResumed: CredentialResumed.self
            case .credentialRotated: CredentialRotated.self
            case .credentialExpired: CredentialExpired.self
            case .credentialRemoved: CredentialRemoved.self
            case .credentialExcused: CredentialExcused.self
            case .excuseWithdrawn: ExcuseWithdrawn.self
            case .operatorSignedIn: OperatorSignedIn.self
            case .operatorRefused: OperatorRefused.self
            case .reportExported: ReportExported.self
            case .reportSent: ReportSent.self
            case .reportFailed: ReportFailed.self
            case .eventScheduled: EventScheduled.self
            case .credentialNetworkBound: CredentialNetworkBound.self
            case .credentialNetworksForgotten: CredentialNetworksForgotten.self
            case .addressBanned: AddressBanned.self
            case .addressUnbanned: AddressUnbanned.self
            case .dataAged: DataAged.self
            }
        }

        /// Reads the payload's fields from a line.
        func read(_ line: inout FieldReader) -> Event {
            switch self {
            case .nodeStarted: .nodeStarted(line.payload())
            case .nodeStopped: .nodeStopped(line.payload())
            case .clockStepped: .clockStepped(line.payload())
            case .logDegraded: .logDegraded(line.payload())
            case .supplierAdded: .supplierAdded(line.payload())
            case .supplierChanged: .supplierChanged(line.payload())
            case .supplierRemoved: .supplierRemoved(line.payload())
            case .accountAdded: .accountAdded(line.payload())
            case .accountChanged: .accountChanged(line.payload())
            case .accountRemoved: .accountRemoved(line.payload())
            case .accountRead: .accountRead(line.payload())
            case .accountWarned: .accountWarned(line.payload())
            case .accountSetAside: .accountSetAside(line.payload())
            case .channelAdded: .channelAdded(line.payload())
            case .channelChanged: .channelChanged(line.payload())
            case .channelRemoved: .channelRemoved(line.payload())
            case .sourceAttached: .sourceAttached(line.payload())
            case .sourceChanged: .sourceChanged(line.payload())
            case .sourceDetached: .sourceDetached(line.payload())
            case .ingestStarted: .ingestStarted(line.payload())
            case .ingestBlip: .ingestBlip(line.payload())
            case .ingestRecovered: .ingestRecovered(line.payload())
            case .ingestDown: .ingestDown(line.payload())
            case .ingestStopped: .ingestStopped(line.payload())
            case .overlapDropped: .overlapDropped(line.payload())
            case .freezePatch: .freezePatch(line.payload())
            case .failoverSwitch: .failoverSwitch(line.payload())
            case .slateShown: .slateShown(line.payload())
            case .guideRefreshed: .guideRefreshed(line.payload())
            case .guideFailed: .guideFailed(line.payload())
            case .archiveDropped: .archiveDropped(line.payload())
            case .connectionOpened: .connectionOpened(line.payload())
            case .connectionClosed: .connectionClosed(line.payload())
            case .limitRejected: .limitRejected(line.payload())
            case .connectionEvicted: .connectionEvicted(line.payload())
            case .clientSeen: .clientSeen(line.payload())
            case .customerAdded: .customerAdded(line.payload())
            case .customerChanged: .customerChanged(line.payload())
            case .customerSuspended: .customerSuspended(line.payload())
            case .customerResumed: .customerResumed(line.payload())
            case .customerErased: .customerErased(line.payload())
            case .refundRecorded: .refundRecorded(line.payload())
            case .planAdded: .planAdded(line.payload())
            case .planChanged: .planChanged(line.payload())
            case .planRemoved: .planRemoved(line.payload())
            case .credentialIssued: .credentialIssued(line.payload())
            case .credentialChanged: .credentialChanged(line.payload())
            case .credentialSuspended: .credentialSuspended(line.payload())
            case .credentialResumed: .credentialResumed(line.payload())
            case .credentialRotated: .credentialRotated(line.payload())
            case .credentialExpired: .credentialExpired(line.payload())
            case .credentialRemoved: .credentialRemoved(line.payload())
            case .credentialExcused: .credentialExcused(line.payload())
            case .excuseWithdrawn: .excuseWithdrawn(line.payload())
            case .operatorSignedIn: .operatorSignedIn(line.payload())
            case .operatorRefused: .operatorRefused(line.payload())
            case .reportExported: .reportExported(line.payload())
            case .reportSent: .reportSent(line.payload())
            case .reportFailed: .reportFailed(line.payload())
            case .eventScheduled: .eventScheduled(line.payload())
            case .credentialNetworkBound: .credentialNetworkBound(line.payload())
            case .credentialNetworksForgotten: .credentialNetworksForgotten(line.payload())
            case .addressBanned: .addressBanned(line.payload())
            case .addressUnbanned: .addressUnbanned(line.payload())
            case .dataAged: .dataAged(line.payload())
            }
        }
    }

    /// The wire name of this event.
    package var kind: Kind {
        switch self {
        case .nodeStarted: .nodeStarted
        case .nodeStopped: .nodeStopped
        case .clockStepped: .clockStepped
        case .logDegraded: .logDegraded
        case .supplierAdded: .supplierAdded
        case .supplierChanged: .supplierChanged
        case .supplierRemoved: .supplierRemoved
        case .accountAdded: .accountAdded
        case .accountChanged: .accountChanged
        case .accountRemoved: .accountRemoved
        case .accountRead: .accountRead
        case .accountWarned: .accountWarned
        case .accountSetAside: .accountSetAside
        case .channelAdded: .channelAdded
        case .channelChanged: .channelChanged
        case .channelRemoved: .channelRemoved
        case .sourceAttached: .sourceAttached
        case .sourceChanged: .sourceChanged
        case .sourceDetached: .sourceDetached
        case .ingestStarted: .ingestStarted
        case .ingestBlip: .ingestBlip
        case .ingestRecovered: .ingestRecovered
        case .ingestDown: .ingestDown
        case .ingestStopped: .ingestStopped
        case .overlapDropped: .overlapDropped
        case .freezePatch: .freezePatch
        case .failoverSwitch: .failoverSwitch
        case .slateShown: .slateShown
        case .guideRefreshed: .guideRefreshed
        case .guideFailed: .guideFailed
        case .archiveDropped: .archiveDropped
        case .connectionOpened: .connectionOpened
        case .connectionClosed: .connectionClosed
        case .limitRejected: .limitRejected
        case .connectionEvicted: .connectionEvicted
        case .clientSeen: .clientSeen
        case .customerAdded: .customerAdded
        case .customerChanged: .customerChanged
        case .customerSuspended: .customerSuspended
        case .customerResumed: .customerResumed
        case .customerErased: .customerErased
        case .refundRecorded: .refundRecorded
        case .planAdded: .planAdded
        case .planChanged: .planChanged
        case .planRemoved: .planRemoved
        case .credentialIssued: .credentialIssued
        case .credentialChanged: .credentialChanged
        case .credentialSuspended: .credentialSuspended
        case .credentialResumed: .credentialResumed
        case .credentialRotated: .credentialRotated
        case .credentialExpired: .credentialExpired
        case .credentialRemoved: .credentialRemoved
        case .credentialExcused: .credentialExcused
        case .excuseWithdrawn: .excuseWithdrawn
        case .operatorSignedIn: .operatorSignedIn
        case .operatorRefused: .operatorRefused
        case .reportExported: .reportExported
        case .reportSent: .reportSent
        case .reportFailed: .reportFailed
        case .eventScheduled: .eventScheduled
        case .credentialNetworkBound: .credentialNetworkBound
        case .credentialNetworksForgotten: .credentialNetworksForgotten
        case .addressBanned: .addressBanned
        case .addressUnbanned: .addressUnbanned
        case .dataAged: .dataAged
        }
    }
}
