extension PlaylistFollower {
    /// What the shell does.
    ///
    /// At most one of the three fetches is under way at any time: a supplier counts sockets.
    package enum Action: Hashable, Sendable {
        /// Answered by `playlistArrived`, `playlistRejected` or `playlistFailed`.
        case fetchPlaylist(URIReference)
        /// Answered by `segmentFinished` or `segmentFailed`.
        case fetchSegment(SegmentRequest)
        /// Answered by `keyArrived` or `keyFailed`.
        case fetchKey(URIReference)
        /// Call `timerFired` at this time; replaces an earlier wait.
        case wait(until: Duration)
        case report(Notice)
        /// The list ended and every segment was handed on; nothing follows.
        case finished
        /// Following cannot go on; nothing follows, until `restarted`.
        case failed(Failure)
    }

    /// Something an operator may want to know; playback goes on.
    package enum Notice: Hashable, Sendable {
        /// A variant was chosen; bits per second and how many there were.
        case variantChosen(bandwidth: Int, of: Int)
        /// The chosen variant's sound is in a playlist of its own, which is not fetched.
        case audioIsSeparate
        /// Segments that were never fetched.
        case segmentsLost(count: UInt64, cause: LossCause)
        /// A segment was given up after its last attempt; the HTTP status, if there was an answer.
        case segmentSkipped(mediaSequence: UInt64, status: Int?)
        /// The numbers jumped back: the number that was due, and the one followed now.
        case packagerRestarted(from: UInt64, to: UInt64)
        /// No new segment for so many target durations.
        case playlistFrozen(targetDurations: Int)
        /// New segments after ``playlistFrozen(targetDurations:)``.
        case playlistResumed
        /// The playlist says that nothing will be added.
        case endOfList
    }

    package enum LossCause: Hashable, Sendable {
        /// They left the playlist before they could be fetched.
        case leftPlaylist
        /// More were waiting than `backlogMax`.
        case backlog
    }

    /// Why following ended.
    package enum Failure: Error, Hashable, Sendable {
        /// The HTTP status of the last attempt, if there was an answer.
        case playlistUnavailable(status: Int?)
        case playlistRejected(PlaylistError)
        /// No variant has codecs that can be ingested.
        case noPlayableVariant
        /// Multivariant playlists that lead to each other.
        case nestedMultivariant(allowed: Int)
        case keyUnavailable(status: Int?)
        /// So many segments in a row that could not be fetched.
        case segmentsUnavailable(count: Int, status: Int?)
        case playlistFrozen(targetDurations: Int)
    }

    /// The numbers that decide; all have defaults.
    package struct Configuration: Hashable, Sendable {
        /// Segments between the start and the live edge: one cushion more than two downloads take.
        package var startBehind = 3
        /// Bits per second of the best variant to take; `nil` for no limit.
        package var bandwidthMax: Int?
        /// Segments that may wait before following jumps to the live edge; the viewer wants now, not ten minutes ago.
        package var backlogMax = 10
        /// Attempts per segment, before it is skipped.
        package var segmentAttemptsMax = 3
        /// Skipped segments in a row, before following fails: then the address, not the segment, is at fault.
        package var skippedMax = 5
        package var keyAttemptsMax = 3
        /// Attempts for the playlist in a row.
        package var playlistAttemptsMax = 5
        /// Target durations without a new segment, before it is reported; ExoPlayer gives up at 3.5.
        package var frozenNoticeTargets = 3
        /// Target durations without a new segment, before following fails: a fresh session at the supplier may help.
        package var frozenFailureTargets = 6

        package init() {}
    }
}
