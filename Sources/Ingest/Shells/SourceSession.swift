import Model
import NIOCore
import RTMP

/// One open source, from asking for its supplier's slot to giving it back.
///
/// ```text
/// waiting ──granted──► running ──failed, closed──► closing ──sockets closed──► ended
///    └──timed out, closed────────────────────────────────────────────────────────┘
/// ```
///
/// `@unchecked`: touched only on its event loop; other threads reach it through `execute`.
final class SourceSession: @unchecked Sendable {
    private enum State {
        case idle
        case waiting(SupplierSlots.Ticket, timeout: Scheduled<Void>)
        /// Closed in the moment between the grant and its arrival here: the slot has to be given back.
        case abandoned(SupplierSlots.Ticket, SourceFailure.Cause)
        case running(SupplierSlots.Ticket, any SourceTransport)
        case closing
        case ended
    }

    let loop: any EventLoop
    private let source: SourceSpecification
    private let claim: SlotClaim
    private let resources: IngestResources
    private let handler: (SourceOutput) -> Void
    private let onEnded: @Sendable () -> Void
    private var state = State.idle
    private var bytes: Int64 = 0
    private var offersSlot = false
    private var viewers = 0
    private var openedAt = NIODeadline.uptimeNanoseconds(0)
    private var isConnected = false
    /// Accounts of the supplier that have been tried and refused.
    private var accountsRefused = 0
    /// Closed while another account was about to be tried.
    private var isCancelled = false
    /// Accounts that are tried in one go; a viewer waits meanwhile.
    private static let accountsRefusedMax = 8

    init(
        source: SourceSpecification,
        claim: SlotClaim,
        resources: IngestResources,
        loop: any EventLoop,
        handler: @escaping (SourceOutput) -> Void,
        onEnded: @escaping @Sendable () -> Void
    ) {
        self.source = source
        self.claim = claim
        self.resources = resources
        self.loop = loop
        self.handler = handler
        self.onEnded = onEnded
    }

    /// Asks for the slot; on the loop.
    func start() {
        guard case .idle = self.state else { return }
        let url: SourceURL
        do throws(SourceURLError) {
            url = try SourceURL(parsing: self.source.url.clear)
        } catch {
            return self.end(.badURL(error))
        }
        if let address = url.literalAddress,
            !AddressPolicy.allows(address, privateNetwork: self.source.allowsPrivateNetwork)
        {
            // Said at once, without taking a slot; names are judged when they are connected to.
            return self.end(.forbiddenAddress)
        }
        self.claim(url)
    }

    private func claim(_ url: SourceURL) {
        switch self.claim {
        case .queued: self.wait(url)
        case .spare(let count):
            guard
                let ticket = self.resources.slots.requestSpare(
                    self.source.supplier,
                    for: self.source.channel,
                    source: self.source.id,
                    leaving: count
                )
            else {
                return self.end(.slotUnavailable)
            }
            self.run(url, ticket)
        }
    }

    /// Whether the source's connection may go to whoever waits for one; on the loop.
    ///
    /// It is not taken away: ``SourceOutput/slotWanted`` says that somebody waits.
    func offerSlot(_ isOffered: Bool) {
        guard self.offersSlot != isOffered else { return }
        self.offersSlot = isOffered
        guard case .running(let ticket, _) = self.state else { return }
        isOffered ? self.offer(ticket) : self.resources.slots.keep(ticket)
    }

    /// So many watch the source's channel; on the loop.
    func watched(by viewers: Int) {
        guard self.viewers != viewers else { return }
        self.viewers = viewers
        switch self.state {
        case .waiting(let ticket, _), .running(let ticket, _): self.resources.slots.watched(ticket, viewers: viewers)
        case .idle, .abandoned, .closing, .ended: break
        }
    }

    private func offer(_ ticket: SupplierSlots.Ticket) {
        self.resources.slots.offer(ticket) {
            self.loop.execute {
                guard self.offersSlot else { return }
                self.yielded(.slotWanted)
            }
        }
    }

    private func wait(_ url: SourceURL) {
        let ticket = self.resources.slots.request(
            self.source.supplier,
            for: self.source.channel,
            source: self.source.id,
            viewers: self.viewers
        ) {
            self.loop.execute { self.granted(url) }
        }
        guard let ticket else { return self.end(.slotUnavailable) }
        let limit = TimeAmount.milliseconds(Int64(self.resources.configuration.slotWaitMilliseconds))
        let timeout = self.loop.scheduleTask(in: limit) { self.stopWaiting(.slotUnavailable) }
        self.state = .waiting(ticket, timeout: timeout)
    }

    /// Ends the source; on the loop.
    func close() {
        switch self.state {
        case .idle: self.end(.cancelled)
        case .waiting: self.stopWaiting(.cancelled)
        case .running: self.failed(.cancelled)
        case .closing: self.isCancelled = true
        case .abandoned, .ended: break
        }
    }

    private func stopWaiting(_ cause: SourceFailure.Cause) {
        guard case .waiting(let ticket, let timeout) = self.state else { return }
        timeout.cancel()
        if self.resources.slots.withdraw(ticket) {
            self.end(cause)
        } else {
            self.state = .abandoned(ticket, cause)
        }
    }

    private func granted(_ url: SourceURL) {
        switch self.state {
        case .waiting(let ticket, let timeout):
            timeout.cancel()
            self.run(url, ticket)
        case .abandoned(let ticket, let cause):
            self.resources.slots.giveBack(ticket)
            self.end(cause)
        case .idle, .running, .closing, .ended:
            break
        }
    }

    /// The address as the account of the connection needs it.
    private func address(_ url: SourceURL, _ ticket: SupplierSlots.Ticket) -> SourceURL {
        guard let login = self.resources.slots.login(of: ticket) else { return url }
        return (try? SourceURL(parsing: AccountAddress.replacing(self.source.url, with: login).clear)) ?? url
    }

    private func run(_ url: SourceURL, _ ticket: SupplierSlots.Ticket) {
        guard let transport = self.makeTransport(self.address(url, ticket)) else {
            self.resources.slots.giveBack(ticket)
            return self.end(.cancelled)
        }
        self.state = .running(ticket, transport)
        self.openedAt = .now()
        self.resources.slots.watched(ticket, viewers: self.viewers)
        self.resources.slots.opened(ticket) { winner in
            self.loop.execute { self.failed(.slotTaken(by: winner)) }
        }
        transport.start()
        if self.offersSlot { self.offer(ticket) }
    }

    private func makeTransport(_ url: SourceURL) -> (any SourceTransport)? {
        let configuration = self.resources.configuration
        let allowsPrivateNetwork = self.source.allowsPrivateNetwork
        if url.scheme == .rtmp {
            guard let target = try? RTMPURL(url.text.clear) else { return nil }
            return RTMPTransport(
                url: target,
                allowsPrivateNetwork: allowsPrivateNetwork,
                configuration: configuration,
                loop: self.loop,
                delegate: self
            )
        }
        guard let connections = self.resources.transfers.open(allowsPrivateNetwork: allowsPrivateNetwork) else {
            return nil
        }
        return HTTPTransport(
            url: url,
            configuration: configuration,
            connections: connections,
            loop: self.loop,
            delegate: self
        )
    }

    /// One account of the supplier was refused, and another one may be used.
    private func tryAnotherAccount(_ cause: SourceFailure.Cause) {
        guard case .closing = self.state else { return }
        guard !self.isCancelled, let url = try? SourceURL(parsing: self.source.url.clear) else {
            return self.end(self.isCancelled ? .cancelled : cause)
        }
        self.accountsRefused += 1
        self.claim(url)
    }

    private func end(_ cause: SourceFailure.Cause) {
        self.state = .ended
        self.handler(.ended(SourceFailure(cause: cause, bytes: self.bytes)))
        self.onEnded()
    }
}

extension SourceSession: SourceTransportDelegate {
    func received(bytes: Int) { self.bytes &+= Int64(bytes) }

    func yielded(_ output: SourceOutput) {
        guard case .running(let ticket, _) = self.state else { return }
        if !self.isConnected, output == .connected {
            self.isConnected = true
            self.resources.slots.delivered(ticket)
        }
        self.handler(output)
    }

    func failed(_ cause: SourceFailure.Cause) {
        guard case .running(let ticket, let transport) = self.state else { return }
        self.state = .closing
        if case .httpStatus(let status) = cause, self.bytes == 0,
            self.resources.slots.refused(ticket, status, openedAt: self.openedAt),
            self.accountsRefused < Self.accountsRefusedMax
        {
            return transport.close {
                self.resources.slots.giveBack(ticket)
                self.loop.execute { self.tryAnotherAccount(cause) }
            }
        }
        transport.close {
            // What the supplier ended it doesn't count any more.
            let linger = cause.isOurs ? self.resources.slots.closed(ticket) : .zero
            // First the slot, so that whoever hears of the end finds it free, unless the supplier needs time.
            guard linger > .zero else {
                self.resources.slots.giveBack(ticket)
                return self.loop.execute { self.end(cause) }
            }
            self.loop.execute {
                self.loop.scheduleTask(in: linger) { self.resources.slots.giveBack(ticket) }
                self.end(cause)
            }
        }
    }
}
