import HLS
import Model

/// A source that is an HLS playlist: what to fetch is ``PlaylistFollower``'s decision, what came is read here.
///
/// Pure, like the follower: requests are returned as actions, at most one at a time.
/// Source: RFC 8216, 6.3.
struct HLSSourceMachine: Sendable {
    private enum Fetch: Sendable {
        case none
        case playlist([UInt8])
        case key([UInt8])
        case segment(SegmentReader)
    }

    private let requests: RequestMaker
    private var follower: PlaylistFollower
    private var reader = TransportReader()
    /// Of the last segment asked for.
    private var segmentDuration: MediaTime = .zero
    private var fetch = Fetch.none
    private var head: TransferHead?
    private var isConnected = false
    private var isOver = false
    /// Why the last request failed: the follower knows statuses only.
    private var lastCause: SourceFailure.Cause?

    /// Takes the address the operator gave; `nil` when it is no reference.
    init?(url: SourceURL, requests: RequestMaker) {
        guard let uri = URIReference(url.text.clear) else { return nil }
        self.requests = requests
        self.follower = PlaylistFollower(uri: uri, configuration: requests.configuration.following)
    }

    /// Begins with a playlist that was fetched already.
    mutating func started(with body: [UInt8], from url: Redacted<String>, now: Duration) -> [SourceAction] {
        // The follower's first wish is this very playlist.
        _ = self.follower.started(now: now)
        self.head = TransferHead(status: 200, effectiveURL: url)
        return self.playlistFinished(body, now: now)
    }

    mutating func answered(_ head: TransferHead) {
        self.head = head
        guard case .segment(var segment) = self.fetch else { return }
        segment.answered(status: head.status)
        self.fetch = .segment(segment)
    }

    mutating func received(_ bytes: UnsafeRawBufferPointer, now: Duration) -> [SourceAction] {
        let fetch = self.fetch
        self.fetch = .none
        switch fetch {
        case .none:
            return []
        case .playlist(let body):
            self.fetch = .playlist(body + bytes)
            return []
        case .key(let body):
            self.fetch = .key(body + bytes)
            return []
        case .segment(var segment):
            do throws(SourceFailure.Cause) {
                let clear = try segment.received(bytes)
                self.fetch = .segment(segment)
                return self.demux(clear)
            } catch {
                return [.cancelFetch] + self.segmentFailed(segment, error, now: now)
            }
        }
    }

    mutating func finished(_ cause: SourceFailure.Cause?, now: Duration) -> [SourceAction] {
        let fetch = self.fetch
        self.fetch = .none
        if let cause, Self.isFinal(cause) { return self.end(cause) }
        switch fetch {
        case .none:
            return []
        case .playlist(let body):
            guard let cause else { return self.playlistFinished(body, now: now) }
            return self.failed(cause) { follower, status in follower.playlistFailed(status: status, now: now) }
        case .key(let body):
            guard let cause else { return self.keyFinished(body, now: now) }
            return self.failed(cause) { follower, status in follower.keyFailed(status: status, now: now) }
        case .segment(let segment):
            if let cause { return self.segmentFailed(segment, cause, now: now) }
            return self.segmentFinished(segment, now: now)
        }
    }

    mutating func timerFired(now: Duration) -> [SourceAction] {
        guard case .none = self.fetch else { return [] }
        return self.carryOut(self.follower.timerFired(now: now))
    }
}

// What came.
extension HLSSourceMachine {
    private mutating func playlistFinished(_ body: [UInt8], now: Duration) -> [SourceAction] {
        guard let text = self.head?.effectiveURL.clear, let uri = URIReference(text) else {
            return self.end(.badURL(.badCharacter))
        }
        do throws(PlaylistError) {
            let playlist = try Playlist(parsing: body)
            return self.carryOut(self.follower.playlistArrived(playlist, from: uri, now: now))
        } catch {
            self.lastCause = Self.cause(of: error, body: body)
            return self.retrying() + self.carryOut(self.follower.playlistRejected(error, now: now))
        }
    }

    private mutating func keyFinished(_ body: [UInt8], now: Duration) -> [SourceAction] {
        var before: [SourceAction] = []
        if body.count != SegmentKey.keySize {
            self.lastCause = .decryption
            before = self.retrying()
        }
        return before + self.carryOut(self.follower.keyArrived(Redacted(body), now: now))
    }

    private mutating func segmentFinished(_ before: SegmentReader, now: Duration) -> [SourceAction] {
        var segment = before
        do throws(SourceFailure.Cause) {
            let clear = try segment.ended()
            let last = self.demux(clear) + self.reader.fileEnded().map(SourceAction.output)
            return last + self.carryOut(self.follower.segmentFinished(now: now))
        } catch {
            return self.segmentFailed(segment, error, now: now)
        }
    }

    private mutating func segmentFailed(
        _ segment: SegmentReader,
        _ cause: SourceFailure.Cause,
        now: Duration
    ) -> [SourceAction] {
        self.failed(cause) { follower, status in
            follower.segmentFailed(status: status, delivered: segment.delivered, now: now)
        }
    }

    private mutating func failed(
        _ cause: SourceFailure.Cause,
        _ tell: (inout PlaylistFollower, Int?) -> [PlaylistFollower.Action]
    ) -> [SourceAction] {
        self.lastCause = cause
        var status: Int?
        if case .httpStatus(let found) = cause { status = found }
        return self.retrying() + self.carryOut(tell(&self.follower, status))
    }

    private func retrying() -> [SourceAction] {
        self.lastCause.map { [.output(.notice(.retrying($0)))] } ?? []
    }

    private mutating func demux(_ clear: [UInt8]) -> [SourceAction] {
        guard !clear.isEmpty else { return [] }
        let outputs = clear.withUnsafeBytes { self.reader.received($0) }
        defer { self.isConnected = true }
        return (self.isConnected ? [] : [.output(.connected)]) + outputs.map(SourceAction.output)
    }
}

// What comes next.
extension HLSSourceMachine {
    private mutating func carryOut(_ actions: [PlaylistFollower.Action]) -> [SourceAction] {
        var result: [SourceAction] = []
        for action in actions where !self.isOver {
            switch action {
            case .fetchPlaylist(let uri):
                result += self.request(uri, .playlist([])) { requests, url in requests.playlist(url) }
            case .fetchKey(let uri):
                result += self.request(uri, .key([])) { requests, url in requests.key(url) }
            case .fetchSegment(let segment):
                result += self.begin(segment)
            case .wait(let time):
                result.append(.wait(until: time))
            case .report(let notice):
                result += self.notice(notice).map { [.output(.notice($0))] } ?? []
            case .finished:
                result += self.end(.closed)
            case .failed(let failure):
                result += self.end(self.cause(of: failure))
            }
        }
        return result
    }

    private mutating func begin(_ segment: SegmentRequest) -> [SourceAction] {
        var before: [SourceAction] = []
        self.segmentDuration = segment.duration
        if segment.alreadyDelivered == 0, segment.startsDiscontinuity || segment.followsLoss {
            before += self.reader.interrupted().map(SourceAction.output)
        }
        if segment.alreadyDelivered == 0, segment.startsDiscontinuity { before.append(.output(.discontinuity)) }
        let range = segment.byteRange.map {
            TransferRequest.ByteRange(offset: Int64(clamping: $0.offset), length: Int64(clamping: $0.length))
        }
        let fetch = Fetch.segment(SegmentReader(segment))
        return before + self.request(segment.uri, fetch) { requests, url in requests.segment(url, range: range) }
    }

    private mutating func request(
        _ uri: URIReference,
        _ fetch: Fetch,
        _ make: (RequestMaker, SourceURL) -> TransferRequest
    ) -> [SourceAction] {
        // A playlist may name any scheme; what it names is held to the rules of a typed address.
        guard let url = try? SourceURL(parsing: uri.text), url.scheme != .rtmp else {
            return self.end(.forbiddenScheme)
        }
        self.fetch = fetch
        return [.fetch(make(self.requests, url))]
    }

    private mutating func end(_ cause: SourceFailure.Cause) -> [SourceAction] {
        self.isOver = true
        self.fetch = .none
        return [.end(cause)]
    }

    /// Causes that asking again cannot change, or must not.
    private static func isFinal(_ cause: SourceFailure.Cause) -> Bool {
        switch cause {
        case .forbiddenAddress, .forbiddenScheme, .tooManyRedirects, .badURL, .cancelled: true
        default: false
        }
    }

    private func notice(_ notice: PlaylistFollower.Notice) -> SourceNotice? {
        switch notice {
        case .segmentsLost(let count, _): self.lost(Int(clamping: count))
        case .segmentSkipped: self.lost(1)
        case .playlistFrozen(let targets): .playlistFrozen(targetDurations: targets)
        case .audioIsSeparate: .separateAudio
        case .variantChosen, .packagerRestarted, .playlistResumed, .endOfList: nil
        }
    }

    private func lost(_ count: Int) -> SourceNotice {
        let (ticks, isTooMuch) = self.segmentDuration.ticks.multipliedReportingOverflow(by: Int64(count))
        return .segmentsLost(count, lasting: isTooMuch ? self.segmentDuration : MediaTime(ticks: ticks))
    }

    private func cause(of failure: PlaylistFollower.Failure) -> SourceFailure.Cause {
        switch failure {
        case .playlistUnavailable(let status?), .keyUnavailable(let status?), .segmentsUnavailable(_, let status?):
            .httpStatus(status)
        case .playlistUnavailable: self.lastCause ?? .playlist("unavailable")
        case .keyUnavailable: self.lastCause ?? .decryption
        case .segmentsUnavailable: self.lastCause ?? .playlist("segments-unavailable")
        case .playlistRejected(let error): self.lastCause ?? Self.cause(of: error, body: [])
        case .noPlayableVariant: .unsupported("codecs")
        case .nestedMultivariant: .playlist("nested")
        case .playlistFrozen: .playlist("frozen")
        }
    }

    /// The kind of the error only: what was found in the playlist may be a secret.
    private static func cause(of error: PlaylistError, body: [UInt8]) -> SourceFailure.Cause {
        switch error.reason {
        case .notAPlaylist:
            var sniffer = ContentSniffer()
            return .notMedia(sniffer.received(body) ?? sniffer.ended())
        case .tooLarge(_, let allowed): return .tooLarge(limit: allowed)
        case .lineTooLong: return .playlist("line-too-long")
        case .tooManyLines: return .playlist("too-many-lines")
        case .tooManyVariants: return .playlist("too-many-variants")
        case .tooManyRenditions: return .playlist("too-many-renditions")
        case .missingTag: return .playlist("missing-tag")
        case .strayURI: return .playlist("stray-uri")
        case .mixedKinds: return .playlist("mixed-kinds")
        case .badValue: return .playlist("bad-value")
        case .unsupportedEncryption: return .unsupported("encryption")
        case .fragmentedMP4: return .unsupported("fragmented-mp4")
        }
    }
}
