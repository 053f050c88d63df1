import Model

/// A source at an `http` or `https` address: fetched, recognised by its first bytes, then read as what it is.
///
/// ```text
/// probing ──transport stream──► streaming ──end of body──► ended
///    └──playlist──► collecting ──end of body──► following (HLSSourceMachine) ──► ended
/// ```
///
/// Pure: it holds no socket and no clock; `now` is the monotonic time since a moment of the caller's choice.
struct HTTPSourceMachine: Sendable {
    private enum Phase: Sendable {
        case idle
        /// Whether the request under way may run without end.
        case probing(isEndless: Bool)
        /// A playlist is coming, which must be whole at this time.
        case collecting(until: Duration)
        case streaming
        case following
        case ended
    }

    private let url: SourceURL
    private let requests: RequestMaker
    private var phase = Phase.idle
    private var head: TransferHead?
    // Not inside the phases: there, each change would copy the pictures being put together.
    private var sniffer = ContentSniffer()
    private var playlist: [UInt8] = []
    private var reader = TransportReader()
    private var following: HLSSourceMachine?

    init(url: SourceURL, configuration: IngestConfiguration) {
        self.url = url
        self.requests = RequestMaker(configuration: configuration)
    }

    /// Begins.
    mutating func started(now: Duration) -> [SourceAction] {
        guard case .idle = self.phase else { return [] }
        let isEndless = !self.url.promisesPlaylist
        self.phase = .probing(isEndless: isEndless)
        return [.fetch(isEndless ? self.requests.stream(self.url) : self.requests.playlist(self.url))]
    }

    /// The head of the answer to the last request.
    mutating func answered(_ head: TransferHead, now: Duration) -> [SourceAction] {
        self.head = head
        self.following?.answered(head)
        return []
    }

    /// Bytes of the last request's body.
    mutating func received(_ bytes: UnsafeRawBufferPointer, now: Duration) -> [SourceAction] {
        switch self.phase {
        case .idle, .ended: []
        case .probing(let isEndless): self.probe(bytes, isEndless: isEndless, now: now)
        case .collecting: self.collect(bytes)
        case .streaming: self.reader.received(bytes).map(SourceAction.output)
        case .following: self.following?.received(bytes, now: now) ?? []
        }
    }

    /// The last request is over; `cause` is `nil` when its body came whole.
    mutating func finished(_ cause: SourceFailure.Cause?, now: Duration) -> [SourceAction] {
        switch self.phase {
        case .idle, .ended: []
        case .following: self.following?.finished(cause, now: now) ?? []
        case .streaming: self.end(cause ?? .closed)
        case .probing: cause.map { self.end($0) } ?? self.probed(now: now)
        case .collecting: cause.map { self.end($0) } ?? self.follow(self.playlist, now: now)
        }
    }

    /// The time of the last ``SourceAction/wait(until:)`` has come.
    mutating func timerFired(now: Duration) -> [SourceAction] {
        switch self.phase {
        case .collecting(let deadline): now >= deadline ? self.end(.timedOut(.total)) : []
        case .following: self.following?.timerFired(now: now) ?? []
        case .idle, .probing, .streaming, .ended: []
        }
    }

    private mutating func end(_ cause: SourceFailure.Cause) -> [SourceAction] {
        self.phase = .ended
        return [.end(cause)]
    }

    private mutating func probe(_ bytes: UnsafeRawBufferPointer, isEndless: Bool, now: Duration) -> [SourceAction] {
        switch self.sniffer.received(bytes) {
        case nil:
            return []
        case .transportStream where isEndless:
            return self.stream()
        case .transportStream:
            // A stream behind a playlist's name: asked for again without a playlist's limits.
            self.sniffer = ContentSniffer()
            self.phase = .probing(isEndless: true)
            return [.cancelFetch, .fetch(self.requests.stream(self.url))]
        case .playlist:
            let deadline = now + .milliseconds(self.requests.configuration.playlistMilliseconds)
            self.phase = .collecting(until: deadline)
            let head = self.sniffer.head
            return head.withUnsafeBytes { self.collect($0) } + [.wait(until: deadline)]
        case let content?:
            return self.end(.notMedia(content))
        }
    }

    private mutating func probed(now: Duration) -> [SourceAction] {
        switch self.sniffer.ended() {
        case .transportStream: self.stream() + self.end(.closed)
        case .playlist: self.follow(self.sniffer.head, now: now)
        case let content: self.end(.notMedia(content))
        }
    }

    private mutating func stream() -> [SourceAction] {
        self.phase = .streaming
        let outputs = self.sniffer.head.withUnsafeBytes { self.reader.received($0) }
        self.sniffer = ContentSniffer()
        return [.output(.connected)] + outputs.map(SourceAction.output)
    }

    private mutating func collect(_ bytes: UnsafeRawBufferPointer) -> [SourceAction] {
        let limit = self.requests.configuration.playlistBytesMax
        guard self.playlist.count + bytes.count <= limit else { return self.end(.tooLarge(limit: limit)) }
        self.playlist.append(contentsOf: bytes)
        return []
    }

    private mutating func follow(_ playlist: [UInt8], now: Duration) -> [SourceAction] {
        guard var following = HLSSourceMachine(url: self.url, requests: self.requests) else {
            return self.end(.badURL(.badCharacter))
        }
        let base = self.head?.effectiveURL ?? self.url.text
        let actions = following.started(with: playlist, from: base, now: now)
        self.phase = .following
        self.following = following
        self.playlist = []
        self.sniffer = ContentSniffer()
        return actions
    }
}
