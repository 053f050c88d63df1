import Accounts
import HLS
import HTTP
import LiveChannels
import Model
import NIOCore
import Synchronization

/// Answers the viewers of one event loop; touched on that loop only.
final class DeliveryResponder: HTTPResponder {
    static let playlistType = "application/vnd.apple.mpegurl"
    private static let segmentType = "video/mp2t"
    /// Heads without a body, for `HEAD` where nothing is opened.
    private static let playlistHead = ResponseHead(
        .ok,
        contentType: DeliveryResponder.playlistType,
        contentLength: nil,
        cacheControl: "no-store"
    )
    static let streamHead = ResponseHead(
        .ok,
        contentType: DeliveryResponder.segmentType,
        contentLength: nil,
        cacheControl: "no-store"
    )
    /// Sweeps between two looks for ended sessions in ``sessions``.
    private static let cleaningInterval = 8

    let core: DeliveryCore
    let loop: any EventLoop
    /// What this loop has looked up; a session says itself whether it has ended.
    private var sessions: [SessionToken: HLSViewer] = [:]
    private var playlistHeads = HeadCache(contentType: DeliveryResponder.playlistType, cacheControl: "no-store")
    /// A segment never changes; a minute is longer than it is listed.
    var segmentHeads = HeadCache(
        contentType: DeliveryResponder.segmentType,
        cacheControl: "private, max-age=60"
    )
    private var sweepCount = 0

    init(core: DeliveryCore, loop: any EventLoop) {
        self.core = core
        self.loop = loop
    }

    func respond(to request: RequestHead, on connection: HTTPConnection) {
        self.core.counters.requests.add(1, ordering: .relaxed)
        let route = Router.route(request.target)
        if request.method == .post {
            guard case .player(let question) = route else { return connection.respond(DenialResponses.noPost) }
            return self.player(question, request, connection)
        }
        switch route {
        case .open(let opening): self.open(opening, request, connection)
        case .token(let start):
            self.open(start.opening(self.core.configuration.openToken), request, connection)
        case .player(let question): self.player(question, request, connection)
        case .logo(let channel): self.logo(of: channel, request, connection)
        case .mediaPlaylist(let token): self.session(token, .playlist, request, connection)
        case .segment(let token, let number): self.session(token, .segment(number), request, connection)
        case .archivePlaylist(let token, let window): self.session(token, .archive(window), request, connection)
        case .archiveSegment(let token, let file, let index):
            self.session(token, .archiveSegment(file: file, index: Int(index)), request, connection)
        case .slate(let key, let number): self.slatePiece(number, of: key, connection)
        case .notFound: self.refuse(DenialResponses.notFound, self.client(of: request, connection), connection)
        }
    }

    func rejected(on connection: HTTPConnection) {
        // Whom a proxy spoke for can't be read, and its own address is not to be counted.
        let isProxy = self.core.configuration.trustedProxies.contains(connection.peer)
        guard !isProxy, !self.core.configuration.http.isExempt(connection.peer) else { return }
        _ = self.core.throttle.countRefusal(of: connection.peer, at: self.loop.now)
    }

    func swept(at now: NIODeadline) {
        self.core.swept(at: now)
        self.sweepCount += 1
        guard self.sweepCount % Self.cleaningInterval == 0 else { return }
        self.sessions = self.sessions.filter { !$0.value.hasEnded }
    }

    private func open(_ opening: Route.Opening, _ request: RequestHead, _ connection: HTTPConnection) {
        let address = self.client(of: request, connection)
        let attempt = GuessThrottle.attempt(opening.username.clear, opening.password.clear, from: address)
        guard self.core.throttle.allowsLogin(attempt, at: self.loop.now) else {
            self.core.counters.throttled.add(1, ordering: .relaxed)
            // Closed behind the answer: who goes on guessing needs a connection each, and those are limited.
            return connection.respond(DenialResponses.tooManyFailures, isLast: true)
        }
        guard self.core.decisions.begin() else {
            self.core.throttle.loginUndecided(attempt)
            return connection.respond(DenialResponses.unavailable)
        }
        let configuration = self.core.configuration
        let window = opening.catchUp?.window(now: configuration.wallTime(), offset: configuration.zoneOffset)
        let question = OpenRequest(
            username: opening.username,
            password: opening.password,
            channel: opening.channel,
            output: opening.output,
            device: self.device(request, address),
            token: SessionToken.random(),
            catchup: window?.from
        )
        let bound = NIOLoopBound((responder: self, connection: connection), eventLoop: self.loop)
        let core = self.core
        if request.method == .head {
            core.admission.check(question) { decision in
                core.decided(attempt, decision)
                bound.eventLoop.execute {
                    bound.value.responder.checked(decision, opening.output, address, bound.value.connection)
                    core.decisions.end()
                }
            }
        } else {
            core.admission.open(question) { decision in
                core.decided(attempt, decision)
                bound.eventLoop.execute {
                    bound.value.responder.opened(decision, question, window, address, bound.value.connection)
                    core.decisions.end()
                }
            }
        }
    }

    private func checked(
        _ decision: Result<Void, Denial>,
        _ output: Output,
        _ address: PeerAddress,
        _ connection: HTTPConnection
    ) {
        switch decision {
        case .success: connection.respond(output == .hls ? Self.playlistHead : Self.streamHead)
        case .failure(let denial): self.deny(denial, address, connection)
        }
    }

    private func opened(
        _ decision: Result<Grant, Denial>,
        _ question: OpenRequest,
        _ window: CatchUpWindow?,
        _ address: PeerAddress,
        _ connection: HTTPConnection
    ) {
        switch decision {
        case .failure(let denial):
            guard !self.shows(question, denial, address, connection) else { return }
            self.deny(denial, address, connection)
        case .success(let grant) where !connection.isOpen:
            // Nobody will ever ask with this token: a slot held until it falls silent would lock its owner out.
            self.core.refuse(grant, .left)
        case .success(let grant) where window != nil:
            if let window { self.catchUp(grant, question.output, window, address, connection) }
        case .success(let grant) where question.output == .hls:
            switch self.core.register(grant, from: address, at: self.loop.now) {
            case .success(let viewer):
                self.sessions[grant.token] = viewer
                self.respondWithVariant(of: viewer, "/hls/\(grant.token.text)/live.m3u8", connection)
            case .failure(let denial): self.deny(denial, address, connection)
            }
        case .success(let grant):
            self.stream(grant, connection)
        }
    }

    private func stream(_ grant: Grant, _ connection: HTTPConnection) {
        guard !self.core.isStopping else {
            return connection.respond(DenialResponses.response(to: self.core.refuse(grant, .shutdown)))
        }
        guard let channel = self.core.channels.viewable(grant.channel) else {
            let denial = self.core.refuse(grant, .channelEnded, .unknownChannel)
            return connection.respond(DenialResponses.response(to: denial))
        }
        TSViewer(core: self.core, grant: grant, channel: channel, connection: connection, loop: self.loop).start()
    }

    /// Begins to play a stretch of the archive, where anything of it is kept.
    private func catchUp(
        _ grant: Grant,
        _ output: Output,
        _ window: CatchUpWindow,
        _ address: PeerAddress,
        _ connection: HTTPConnection
    ) {
        guard let archive = self.core.channels.archive else {
            return connection.respond(DenialResponses.response(to: self.core.refuse(grant, .notReady, .unknownChannel)))
        }
        let bound = NIOLoopBound((responder: self, connection: connection), eventLoop: self.loop)
        let core = self.core
        archive.items(of: grant.channel, from: window.from, to: window.to, on: self.loop).whenComplete { found in
            let (responder, connection) = bound.value
            let items = (try? found.get()) ?? []
            guard connection.isOpen else {
                core.refuse(grant, .left)
                return
            }
            guard !items.isEmpty, !core.isStopping else {
                return connection.respond(DenialResponses.response(to: core.refuse(grant, .notReady, .unknownChannel)))
            }
            guard output == .hls else {
                return ArchiveViewer(
                    core: core,
                    archive: archive,
                    grant: grant,
                    window: window,
                    items: items,
                    connection: connection,
                    loop: bound.eventLoop
                ).start()
            }
            switch core.register(grant, from: address, catchUp: true, at: bound.eventLoop.now) {
            case .success(let viewer):
                responder.sessions[grant.token] = viewer
                responder.respondWithVariant(
                    of: viewer,
                    "/hls/\(grant.token.text)/\(window.playlistName)",
                    connection
                )
            case .failure(let denial): responder.deny(denial, address, connection)
            }
        }
    }

    private func respondWithVariant(of viewer: HLSViewer, _ uri: String, _ connection: HTTPConnection) {
        let variant = MultivariantPlaylist.Variant(
            uri: uri,
            bandwidth: viewer.channel.bandwidth,
            codecs: viewer.channel.codecs
        )
        var text: [UInt8] = []
        do throws(PlaylistWriteError) {
            try MultivariantPlaylist(variants: [variant]).write(into: &text)
        } catch {
            // A codec name that can't be written is left out rather than costing the viewer the channel.
            let plain = MultivariantPlaylist.Variant(uri: variant.uri, bandwidth: max(variant.bandwidth, 0))
            try? MultivariantPlaylist(variants: [plain]).write(into: &text)
        }
        self.core.counters.playlists.add(1, ordering: .relaxed)
        connection.respond(self.playlistHeads.head(text.count), body: ByteBuffer(bytes: text))
    }

    func deny(_ denial: Denial, _ address: PeerAddress, _ connection: HTTPConnection) {
        self.core.counters.denials.add(1, ordering: .relaxed)
        self.refuse(DenialResponses.response(to: denial), address, connection)
    }

    /// Answers with a refusal; with 429 when the address had too many of them.
    private func refuse(_ response: TextResponse, _ address: PeerAddress, _ connection: HTTPConnection) {
        let isRefusal = (400..<500).contains(response.head.status.rawValue)
        guard isRefusal, !self.core.configuration.http.isExempt(address),
            !self.core.throttle.countRefusal(of: address, at: self.loop.now)
        else {
            return connection.respond(response)
        }
        self.core.counters.throttled.add(1, ordering: .relaxed)
        connection.respond(DenialResponses.tooManyRequests, isLast: true)
    }

    private enum Wanted: Sendable {
        case playlist
        case segment(Int64)
        case archive(CatchUpWindow)
        case archiveSegment(file: Int64, index: Int)

        var isArchive: Bool {
            switch self {
            case .playlist, .segment: false
            case .archive, .archiveSegment: true
            }
        }
    }

    private func session(
        _ token: SessionToken,
        _ wanted: Wanted,
        _ request: RequestHead,
        _ connection: HTTPConnection
    ) {
        let now = self.loop.now
        let address = self.client(of: request, connection)
        if let viewer = self.sessions[token] ?? self.lookUp(token, at: now) {
            switch viewer.asked(from: address, at: now) {
            case .serve: return self.serve(wanted, viewer, isHead: request.method == .head, connection)
            case .ask: return self.ask(token, wanted, request, address, connection)
            case .refuse: self.sessions[token] = nil
            }
        }
        switch self.core.table.lookUp(token, at: now) {
        case .session, .unknown: self.ask(token, wanted, request, address, connection)
        case .refused: self.deny(.unknownToken, address, connection)
        }
    }

    /// Looks in what all loops share, and keeps what it finds for the next request.
    private func lookUp(_ token: SessionToken, at now: NIODeadline) -> HLSViewer? {
        guard case .session(let viewer) = self.core.table.lookUp(token, at: now) else { return nil }
        self.sessions[token] = viewer
        return viewer
    }

    /// Asks the ledger about a token that isn't known here or comes from a new address.
    private func ask(
        _ token: SessionToken,
        _ wanted: Wanted,
        _ request: RequestHead,
        _ address: PeerAddress,
        _ connection: HTTPConnection
    ) {
        let now = self.loop.now
        // A HEAD opens nothing, and asking would open what had ended.
        guard request.method == .get, self.core.throttle.allowsToken(from: address, at: now) else {
            return self.deny(.unknownToken, address, connection)
        }
        let bound = NIOLoopBound((responder: self, connection: connection), eventLoop: self.loop)
        let question = ReopenRequest(token: token, device: self.device(request, address))
        self.core.reopen(question, from: address, catchUp: wanted.isArchive) { result in
            bound.eventLoop.execute {
                bound.value.responder.reopened(result, token, wanted, address, bound.value.connection)
            }
        }
    }

    private func reopened(
        _ result: Result<HLSViewer, Denial>,
        _ token: SessionToken,
        _ wanted: Wanted,
        _ address: PeerAddress,
        _ connection: HTTPConnection
    ) {
        switch result {
        case .failure(let denial):
            self.deny(denial, address, connection)
        case .success(let viewer):
            self.sessions[token] = viewer
            // Who waited with another address was not what the ledger was asked about.
            guard viewer.asked(from: address, at: self.loop.now) == .serve else {
                return self.deny(.unknownToken, address, connection)
            }
            self.serve(wanted, viewer, isHead: false, connection)
        }
    }

    private func serve(_ wanted: Wanted, _ viewer: HLSViewer, isHead: Bool, _ connection: HTTPConnection) {
        switch wanted {
        case .segment(let number): self.serveSegment(number, viewer, connection)
        case .playlist: self.servePlaylist(viewer, isHead: isHead, connection)
        case .archive where isHead: connection.respond(Self.playlistHead)
        case .archiveSegment where isHead: connection.respond(Self.streamHead)
        case .archive(let window): self.serveArchive(window, viewer, connection)
        case .archiveSegment(let file, let index): self.serveArchiveSegment(file, index, viewer, connection)
        }
    }

    private func servePlaylist(_ viewer: HLSViewer, isHead: Bool, _ connection: HTTPConnection) {
        if viewer.isGivenUp {
            self.core.end(viewer, .noSource, at: self.loop.now)
            return connection.respond(DenialResponses.notFound)
        }
        if let playlist = viewer.channel.segments.playlist() {
            self.core.counters.playlists.add(1, ordering: .relaxed)
            return connection.respond(self.playlistHeads.head(playlist.readableBytes), body: playlist)
        }
        guard !isHead else { return connection.respond(Self.playlistHead) }
        let bound = NIOLoopBound(
            (responder: self, viewer: viewer, connection: connection),
            eventLoop: self.loop
        )
        let deadline = self.loop.now + self.core.configuration.startDeadline
        viewer.channel.segments.whenReady(on: self.loop, deadline: deadline).whenComplete { _ in
            let (responder, viewer, connection) = bound.value
            // The session may have ended while it waited.
            guard !viewer.hasEnded else { return responder.deny(.unknownToken, connection.client, connection) }
            guard let playlist = viewer.channel.segments.playlist() else {
                return connection.respond(DenialResponses.notReady)
            }
            responder.core.counters.playlists.add(1, ordering: .relaxed)
            connection.respond(responder.playlistHeads.head(playlist.readableBytes), body: playlist)
        }
    }

    private func serveSegment(_ number: Int64, _ viewer: HLSViewer, _ connection: HTTPConnection) {
        guard let segment = viewer.channel.segments.item(number) else {
            return connection.respond(DenialResponses.notFound)
        }
        let size = segment.bytes.readableBytes
        let (core, loop) = (self.core, self.loop)
        core.counters.segments.add(1, ordering: .relaxed)
        connection.respond(self.segmentHeads.head(size), body: segment.bytes) { isSent in
            guard isSent else { return }
            viewer.sent(segment, at: loop.now)
            core.counters.bytes.add(Int64(size), ordering: .relaxed)
        }
    }

    private func serveArchive(_ window: CatchUpWindow, _ viewer: HLSViewer, _ connection: HTTPConnection) {
        guard let archive = self.core.channels.archive else { return connection.respond(DenialResponses.notFound) }
        let bound = NIOLoopBound((responder: self, connection: connection), eventLoop: self.loop)
        archive.items(of: viewer.grant.channel, from: window.from, to: window.to, on: self.loop).whenComplete { found in
            let (responder, connection) = bound.value
            let items = (try? found.get()) ?? []
            guard !items.isEmpty else { return connection.respond(DenialResponses.notFound) }
            let text = CatchUpPlaylist.text(items)
            responder.core.counters.playlists.add(1, ordering: .relaxed)
            connection.respond(responder.playlistHeads.head(text.count), body: ByteBuffer(bytes: text))
        }
    }

    private func serveArchiveSegment(
        _ file: Int64,
        _ index: Int,
        _ viewer: HLSViewer,
        _ connection: HTTPConnection
    ) {
        guard let archive = self.core.channels.archive else { return connection.respond(DenialResponses.notFound) }
        let bound = NIOLoopBound((responder: self, connection: connection), eventLoop: self.loop)
        archive.segment(of: viewer.grant.channel, file: file, index: index, on: self.loop).whenComplete { found in
            let (responder, connection) = bound.value
            guard let segment = try? found.get(), let start = UInt64(exactly: segment.record.start.microseconds) else {
                return connection.respond(DenialResponses.notFound)
            }
            let size = segment.bytes.readableBytes
            let (core, loop) = (responder.core, responder.loop)
            core.counters.segments.add(1, ordering: .relaxed)
            connection.respond(responder.segmentHeads.head(size), body: segment.bytes) { isSent in
                guard isSent else { return }
                viewer.sent(
                    SegmentStore.Item(number: start, bytes: segment.bytes, duration: segment.record.duration),
                    at: loop.now
                )
                core.counters.bytes.add(Int64(size), ordering: .relaxed)
            }
        }
    }

    func client(of request: RequestHead, _ connection: HTTPConnection) -> PeerAddress {
        let client = self.core.configuration.trustedProxies.client(
            peer: connection.peer,
            forwardedFor: request.forwardedFor
        )
        connection.client = client
        return client
    }

    func device(_ request: RequestHead, _ address: PeerAddress) -> Device {
        let network = NetworkAddress(bytes: address.bytes) ?? .loopback
        return Device(
            address: network,
            userAgent: request.userAgent(sizeMax: Device.userAgentSizeMax),
            deviceID: DeviceName.read(request),
            origin: self.core.configuration.locate(network)
        )
    }
}
