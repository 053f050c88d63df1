package import Model

/// What to fetch next from a source that is an HLS playlist.
///
/// Pure: it holds no socket and no clock. Every input carries `now`, the monotonic time since a moment of the caller's
/// choice; what it returns is carried out in order. An input that nothing asked for is ignored.
/// Source: RFC 8216, 6.3.
package struct PlaylistFollower: Sendable {
    /// Multivariant playlists passed on the way to the media playlist; some panels chain two.
    package static let multivariantDepthMax = 2
    /// The shortest time between two loads of a playlist, for lists that declare a target duration of 0 or 1.
    package static let reloadIntervalMin: Duration = .milliseconds(500)
    /// The wait before the second attempt; it doubles with each.
    package static let retryDelay: Duration = .milliseconds(500)
    /// Keys remembered; a live list names one or two.
    static let keyCountMax = 8
    /// Target durations that are fetched ahead of real time when the list has ended, so that it does not flood what follows.
    static let endedAheadTargets = 3

    private enum Request: Hashable { case playlist, segment(SegmentRequest), key(URIReference) }

    private let configuration: Configuration
    private let sourceURI: URIReference
    private var playlistURI: URIReference
    private var multivariantDepth = 0
    /// The media playlist followed; `nil` before the first.
    private var playlist: MediaPlaylist?
    private var history = SegmentHistory()
    private var isOver = true
    private var outstanding: Request?

    /// The number of the segment that is due; `nil` before the first playlist that lists any.
    private var next: UInt64?
    /// Discontinuities up to the segment fetched last, as the playlist counts them.
    private var discontinuityNumber: UInt64?
    private var startsDiscontinuity = false
    private var followsLoss = false
    private var segmentAttempts = 0
    private var alreadyDelivered: UInt64 = 0
    private var segmentNotBefore: Duration = .zero
    private var skippedInRow = 0

    private var playlistAttempts = 0
    private var loadBegan: Duration = .zero
    private var reloadAt: Duration = .zero
    private var lastNewSegment: Duration = .zero
    private var nextFrozenNotice: Int

    private var keys: [(uri: URIReference, bytes: Redacted<[UInt8]>)] = []
    private var keyAttempts = 0

    private var firstSegmentAt: Duration?
    private var fetched: MediaTime = .zero

    /// - Parameters:
    ///   - uri: absolute; where the source's multivariant or media playlist is.
    ///   - configuration: the numbers that decide.
    package init(uri: URIReference, configuration: Configuration = Configuration()) {
        self.configuration = configuration
        self.sourceURI = uri.withoutFragment
        self.playlistURI = self.sourceURI
        self.nextFrozenNotice = configuration.frozenNoticeTargets
    }

    /// Begins.
    package mutating func started(now: Duration) -> [Action] {
        self.restarted(now: now)
    }

    /// Begins again at the source's own address, after a failure or for a fresh session at the supplier.
    ///
    /// What was fetched is remembered: no segment is fetched twice.
    package mutating func restarted(now: Duration) -> [Action] {
        self.playlistURI = self.sourceURI
        self.multivariantDepth = 0
        self.playlist = nil
        self.isOver = false
        self.outstanding = nil
        self.segmentAttempts = 0
        self.segmentNotBefore = now
        self.skippedInRow = 0
        self.playlistAttempts = 0
        self.keyAttempts = 0
        self.lastNewSegment = now
        self.nextFrozenNotice = self.configuration.frozenNoticeTargets
        return [self.loadPlaylist(now)]
    }

    /// The time that ``Action/wait(until:)`` named has come.
    package mutating func timerFired(now: Duration) -> [Action] { self.advance(now) }

    /// A playlist was read; `uri` is where it came from after redirects, and what its URIs are relative to.
    package mutating func playlistArrived(_ playlist: Playlist, from uri: URIReference, now: Duration) -> [Action] {
        guard !self.isOver, self.outstanding == .playlist else { return [] }
        self.outstanding = nil
        self.playlistAttempts = 0
        // Redirects lead to a session at the supplier; asking the first address again would open another.
        self.playlistURI = uri.withoutFragment
        switch playlist {
        case .multivariant(let multivariant): return self.choose(from: multivariant, now)
        case .media(let media): return self.take(media, now)
        }
    }

    /// The body was no playlist that can be followed.
    package mutating func playlistRejected(_ error: PlaylistError, now: Duration) -> [Action] {
        guard !self.isOver, self.outstanding == .playlist else { return [] }
        if error.isPermanent { return self.fail(.playlistRejected(error)) }
        return self.retryPlaylist(.playlistRejected(error), now)
    }

    /// No playlist came; `status` is the HTTP status, if there was an answer.
    package mutating func playlistFailed(status: Int?, now: Duration) -> [Action] {
        guard !self.isOver, self.outstanding == .playlist else { return [] }
        let failure = Failure.playlistUnavailable(status: status)
        if Self.isFinal(status) || (status == 404 && self.playlist == nil) { return self.fail(failure) }
        return self.retryPlaylist(failure, now)
    }

    /// All bytes of the segment were handed on.
    package mutating func segmentFinished(now: Duration) -> [Action] {
        guard !self.isOver, case .segment(let request) = self.outstanding else { return [] }
        self.outstanding = nil
        self.skippedInRow = 0
        self.startsDiscontinuity = false
        self.followsLoss = false
        self.fetched += request.duration
        self.moveOn(to: request.mediaSequence &+ 1, now)
        return self.advance(now)
    }

    /// The segment did not come whole.
    ///
    /// - Parameters:
    ///   - status: the HTTP status, if there was an answer; that of success when it broke off.
    ///   - delivered: clear bytes of this segment that were handed on, all attempts together.
    ///   - now: the time.
    /// - Returns: what to do now.
    package mutating func segmentFailed(status: Int?, delivered: UInt64, now: Duration) -> [Action] {
        guard !self.isOver, case .segment(let request) = self.outstanding else { return [] }
        self.outstanding = nil
        self.alreadyDelivered = max(self.alreadyDelivered, delivered)
        self.segmentAttempts += 1
        guard Self.isFinal(status) || self.segmentAttempts >= self.configuration.segmentAttemptsMax else {
            self.segmentNotBefore = now + Self.delay(beforeAttempt: self.segmentAttempts)
            return self.advance(now)
        }
        return self.skip(request.mediaSequence, status: status, now) + self.advance(now)
    }

    /// A key was fetched.
    package mutating func keyArrived(_ bytes: Redacted<[UInt8]>, now: Duration) -> [Action] {
        guard !self.isOver, case .key(let uri) = self.outstanding else { return [] }
        // An error page with status 200 is the usual reason for another length.
        guard bytes.clear.count == SegmentKey.keySize else { return self.keyFailed(status: nil, now: now) }
        self.outstanding = nil
        self.keyAttempts = 0
        if self.keys.count >= Self.keyCountMax { self.keys.removeFirst() }
        self.keys.append((uri, bytes))
        return self.advance(now)
    }

    /// No key came; `status` is the HTTP status, if there was an answer.
    package mutating func keyFailed(status: Int?, now: Duration) -> [Action] {
        guard !self.isOver, case .key = self.outstanding else { return [] }
        self.outstanding = nil
        self.keyAttempts += 1
        if Self.isFinal(status) || self.keyAttempts >= self.configuration.keyAttemptsMax {
            return self.fail(.keyUnavailable(status: status))
        }
        self.segmentNotBefore = now + Self.delay(beforeAttempt: self.keyAttempts)
        return self.advance(now)
    }
}

// What comes next.
extension PlaylistFollower {
    private var target: Duration { .seconds(max(self.playlist?.targetDurationSeconds ?? 1, 1)) }

    private mutating func advance(_ now: Duration) -> [Action] {
        var actions: [Action] = []
        while !self.isOver, self.outstanding == nil {
            let isEnded = self.playlist?.endList ?? false
            // The reload goes first: a list missed is segments missed, a segment late is cushion spent.
            if !isEnded, now >= self.reloadAt { return actions + [self.loadPlaylist(now)] }
            guard let playlist = self.playlist, let next = self.next, let segment = playlist.segment(next) else {
                guard isEnded else { return actions + [.wait(until: self.reloadAt)] }
                self.isOver = true
                return actions + [.report(.endOfList), .finished]
            }
            let notBefore = max(self.segmentNotBefore, isEnded ? self.pace : .zero)
            guard now >= notBefore else {
                return actions + [.wait(until: isEnded ? notBefore : min(notBefore, self.reloadAt))]
            }
            if let action = self.fetch(segment, number: next, of: playlist, now) { return actions + [action] }
            actions += self.skip(next, status: nil, now)
        }
        return actions
    }

    /// When the next segment of an ended list may be fetched.
    private var pace: Duration {
        guard let start = self.firstSegmentAt else { return .zero }
        return start + .milliseconds(self.fetched.milliseconds) - self.target * Self.endedAheadTargets
    }

    private mutating func loadPlaylist(_ now: Duration) -> Action {
        self.loadBegan = now
        self.outstanding = .playlist
        return .fetchPlaylist(self.playlistURI)
    }

    /// `nil` when the segment's URI or that of its key cannot be read.
    private mutating func fetch(
        _ segment: MediaPlaylist.Segment,
        number: UInt64,
        of playlist: MediaPlaylist,
        _ now: Duration
    ) -> Action? {
        guard let uri = self.resolve(segment.uri) else { return nil }
        var decryption: SegmentRequest.Decryption?
        if let key = segment.key {
            guard let keyURI = self.resolve(key.uri) else { return nil }
            guard let bytes = self.keys.first(where: { $0.uri == keyURI })?.bytes else {
                self.outstanding = .key(keyURI)
                return .fetchKey(keyURI)
            }
            decryption = .init(key: bytes, iv: key.initializationVector(mediaSequence: number))
        }
        let request = SegmentRequest(
            uri: uri,
            byteRange: segment.byteRange,
            decryption: decryption,
            mediaSequence: number,
            duration: segment.duration,
            startsDiscontinuity: segment.isDiscontinuity || self.startsDiscontinuity,
            followsLoss: self.followsLoss,
            alreadyDelivered: self.alreadyDelivered,
            programDateTime: segment.programDateTime
        )
        self.firstSegmentAt = self.firstSegmentAt ?? now
        self.discontinuityNumber = playlist.discontinuityNumber(of: number)
        self.outstanding = .segment(request)
        return .fetchSegment(request)
    }

    private func resolve(_ uri: String) -> URIReference? {
        URIReference(uri)?.resolved(against: self.playlistURI).withoutFragment
    }

    private mutating func moveOn(to number: UInt64, _ now: Duration) {
        self.next = number
        self.segmentAttempts = 0
        self.alreadyDelivered = 0
        self.segmentNotBefore = now
    }

    private mutating func skip(_ number: UInt64, status: Int?, _ now: Duration) -> [Action] {
        if self.playlist?.segment(number)?.isDiscontinuity ?? false { self.startsDiscontinuity = true }
        self.followsLoss = true
        self.skippedInRow += 1
        self.moveOn(to: number &+ 1, now)
        let notice = Action.report(.segmentSkipped(mediaSequence: number, status: status))
        guard self.skippedInRow >= self.configuration.skippedMax else { return [notice] }
        return [notice] + self.fail(.segmentsUnavailable(count: self.skippedInRow, status: status))
    }

    private mutating func retryPlaylist(_ failure: Failure, _ now: Duration) -> [Action] {
        self.outstanding = nil
        self.playlistAttempts += 1
        if self.playlistAttempts >= self.configuration.playlistAttemptsMax { return self.fail(failure) }
        self.reloadAt = now + Self.delay(beforeAttempt: self.playlistAttempts)
        return self.advance(now)
    }

    private mutating func fail(_ failure: Failure) -> [Action] {
        self.isOver = true
        self.outstanding = nil
        return [.failed(failure)]
    }

    /// Statuses that asking again does not change: the session at the supplier is over.
    private static func isFinal(_ status: Int?) -> Bool { status == 401 || status == 403 || status == 410 }

    private static func delay(beforeAttempt attempts: Int) -> Duration {
        // Bounded, so that no configuration shifts the wait out of sight: 8 s at most.
        Self.retryDelay * (1 << min(max(attempts - 1, 0), 4))
    }
}

// What a playlist changes.
extension PlaylistFollower {
    private mutating func choose(from multivariant: MultivariantPlaylist, _ now: Duration) -> [Action] {
        self.multivariantDepth += 1
        guard self.multivariantDepth <= Self.multivariantDepthMax else {
            return self.fail(.nestedMultivariant(allowed: Self.multivariantDepthMax))
        }
        guard let variant = multivariant.preferredVariant(bandwidthMax: self.configuration.bandwidthMax),
            let uri = self.resolve(variant.uri)
        else { return self.fail(.noPlayableVariant) }
        self.playlistURI = uri
        var actions: [Action] = [
            .report(.variantChosen(bandwidth: variant.bandwidth, of: multivariant.variants.count))
        ]
        if multivariant.hasSeparateAudio(variant) { actions.append(.report(.audioIsSeparate)) }
        return actions + [self.loadPlaylist(now)]
    }

    private mutating func take(_ media: MediaPlaylist, _ now: Duration) -> [Action] {
        let previousEnd = self.playlist?.endSequence
        let isFirst = self.playlist == nil
        var actions: [Action] = []
        var isChanged: Bool
        if let next = self.next, media.endSequence < next {
            if media.segments.isEmpty || self.history.isStale(media) {
                // An old copy: what was listed stays listed.
                if isFirst { self.playlist = media }
                isChanged = false
            } else {
                actions += self.renumber(media, from: next, now)
                isChanged = true
            }
        } else {
            isChanged = isFirst ? !media.segments.isEmpty : media.endSequence != previousEnd || media.endList
            self.playlist = media
            actions += self.position(in: media, now)
        }
        if let playlist = self.playlist { self.history.listed(playlist) }
        // RFC 8216, 6.3.4: a target duration after a changed list, half of one after an unchanged.
        self.reloadAt = self.loadBegan + max(isChanged ? self.target : self.target / 2, Self.reloadIntervalMin)
        return actions + self.judgeProgress(isChanged, now) + self.advance(now)
    }

    /// The list ends before what is due: the packager restarted, or counts the same segments anew.
    private mutating func renumber(_ media: MediaPlaylist, from next: UInt64, _ now: Duration) -> [Action] {
        let number: UInt64
        if let known = self.history.lastKnown(in: media, below: next) {
            number = media.mediaSequence &+ UInt64(known) &+ 1
        } else {
            number = self.startNumber(in: media)
            self.startsDiscontinuity = true
        }
        self.playlist = media
        self.history.forget()
        self.discontinuityNumber = nil
        self.moveOn(to: number, now)
        return [.report(.packagerRestarted(from: next, to: number))]
    }

    private mutating func position(in media: MediaPlaylist, _ now: Duration) -> [Action] {
        guard let next = self.next else {
            if !media.segments.isEmpty { self.moveOn(to: self.startNumber(in: media), now) }
            return []
        }
        if next < media.mediaSequence {
            return self.lose(upTo: media.mediaSequence, from: next, .leftPlaylist, in: media, now)
        }
        let waiting = media.endSequence - next
        guard !media.endList, waiting > UInt64(max(self.configuration.backlogMax, 1)) else { return [] }
        return self.lose(upTo: max(self.startNumber(in: media), next), from: next, .backlog, in: media, now)
    }

    private mutating func lose(
        upTo number: UInt64,
        from next: UInt64,
        _ cause: LossCause,
        in media: MediaPlaylist,
        _ now: Duration
    ) -> [Action] {
        guard number > next else { return [] }
        self.followsLoss = true
        // The tag may have been lost with its segment; the playlist's count of them tells.
        if let before = self.discontinuityNumber, media.discontinuityNumber(of: number) > before {
            self.startsDiscontinuity = true
        }
        self.moveOn(to: number, now)
        return [.report(.segmentsLost(count: number - next, cause: cause))]
    }

    /// An ended list is played from its first segment, a live one from `startBehind` segments before its end.
    private func startNumber(in media: MediaPlaylist) -> UInt64 {
        if media.endList { return media.mediaSequence }
        let behind = min(max(self.configuration.startBehind, 1), media.segments.count)
        return media.endSequence - UInt64(behind)
    }

    private mutating func judgeProgress(_ isChanged: Bool, _ now: Duration) -> [Action] {
        if isChanged {
            self.lastNewSegment = now
            let wasFrozen = self.nextFrozenNotice > self.configuration.frozenNoticeTargets
            self.nextFrozenNotice = self.configuration.frozenNoticeTargets
            return wasFrozen ? [.report(.playlistResumed)] : []
        }
        let targets = Int((now - self.lastNewSegment) / self.target)
        if targets >= self.configuration.frozenFailureTargets {
            return self.fail(.playlistFrozen(targetDurations: targets))
        }
        guard targets >= self.nextFrozenNotice else { return [] }
        self.nextFrozenNotice = max(targets, 1) * 2
        return [.report(.playlistFrozen(targetDurations: targets))]
    }
}

extension MediaPlaylist {
    /// Discontinuities before this segment's first packet, since the list began to count.
    fileprivate func discontinuityNumber(of mediaSequence: UInt64) -> UInt64 {
        guard mediaSequence >= self.mediaSequence else { return self.discontinuitySequence }
        let count = min(mediaSequence - self.mediaSequence &+ 1, UInt64(self.segments.count))
        let tags = self.segments.prefix(Int(count)).count(where: \.isDiscontinuity)
        return self.discontinuitySequence &+ UInt64(tags)
    }
}
