package import MPEGTS
package import Model

/// What a source yields, in order, on the event loop it was opened on.
package enum SourceOutput: Hashable, Sendable {
    /// The far side answered, and what it sent was recognised as media; no picture need have come yet.
    case connected
    /// The tracks of the programme; again whenever they change.
    case tracks([Track])
    /// Access units in the order they came; time stamps as found in the source (33 bits, not unwrapped).
    case units([AccessUnit])
    /// The source says that a new epoch may begin here: an HLS discontinuity, an RTMP restart, a `discontinuity_indicator`.
    case discontinuity
    /// Something odd that the source survived.
    case notice(SourceNotice)
    /// Somebody waits for the connection that this source offered: to be closed, if it can still be spared.
    case slotWanted
    /// The last output: no socket of this source is open any more, and its slot has been given back.
    case ended(SourceFailure)
}

/// Something odd in a source that did not end it; counted, not thrown.
package enum SourceNotice: Hashable, Sendable {
    /// Packets that were lost or repeated by the continuity counters, since the last notice.
    case continuityErrors(Int)
    /// Sections, PES packets or tags that were dropped because they did not check, since the last notice.
    case corruptUnits(Int)
    /// HLS segments that were never fetched (they had left the playlist, or every attempt failed), and about how much
    /// media they held, judged by the last segment asked for.
    case segmentsLost(Int, lasting: MediaTime)
    /// An HLS request failed and is tried again.
    case retrying(SourceFailure.Cause)
    /// An HLS playlist has had nothing new for so many target durations.
    case playlistFrozen(targetDurations: Int)
    /// The sound of the HLS variant stands in a playlist of its own, which is not fetched.
    case separateAudio
    /// The track is scrambled from here on.
    case scrambled(pid: UInt16)
}
