package import NIOCore

/// When a channel's supervisor asks again, warms up another source, goes over to it and comes back.
package struct FailoverConfiguration: Hashable, Sendable {
    /// Without media for this long a source is suspected: the longest pause between pictures that a well source makes.
    package var suspectAfter: TimeAmount = .milliseconds(500)
    /// Suspected for this long, the next source is opened beside it; not at once, since suppliers close every 10–120 s on
    /// purpose and are back within it.
    package var standbyAfter: TimeAmount = .milliseconds(500)
    /// At the start of a channel the first source has this long before the next is opened beside it.
    package var standbyAtStart: TimeAmount = .milliseconds(1_500)
    /// Without media for this long a source is closed and asked anew: a shorter stall is better sat out.
    package var reopenAfter: TimeAmount = .seconds(2)
    /// Without media for this long the channel goes over to a source that is ready: as long as a picture may stand still.
    package var failoverAfter: TimeAmount = .seconds(3)
    /// When a picture is held though its source sends, that has been too slow for as long as what was kept lasted.
    package var slowFor: TimeAmount = .seconds(2)
    /// How long a source may take to its first media when there is another; doubled with each attempt in vain, thrice.
    package var patience: TimeAmount = .milliseconds(2_500)
    /// And when there is no other: longer than the ingest's own time-outs for connecting and for the first byte together.
    package var patienceMax: TimeAmount = .seconds(20)
    /// What a source that has answered is given on top, to its first media.
    package var patienceAfterConnect: TimeAmount = .seconds(3)
    /// Waits between attempts at the channel's own source, in order, ± 20 %; the last one repeats.
    package var backoff: [TimeAmount] = [
        .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15),
    ]
    /// And between attempts at the others.
    package var probeBackoff: [TimeAmount] = [.seconds(2), .seconds(4), .seconds(8), .seconds(15)]
    /// A standby that finds its supplier's connections taken asks again after this long.
    package var slotRetry: TimeAmount = .seconds(1)
    /// A run longer than this is no failure: suppliers close every 10–120 s on purpose.
    package var usefulRun: TimeAmount = .seconds(5)
    /// A standby is let go when the channel's source has been well for this long again.
    package var standbyKept: TimeAmount = .seconds(5)
    /// A better source is gone back to when it has run without a stall for this long.
    package var returnAfter: TimeAmount = .seconds(30)
    /// What ``returnAfter`` grows to on a channel that keeps switching; after as long without a stall it is forgotten.
    package var returnAfterMax: TimeAmount = .seconds(300)
    /// So many suspicions within ``suspicionsWithin`` are a source that is no use, however short they are.
    package var suspicionsMax = 3
    package var suspicionsWithin: TimeAmount = .seconds(20)
    /// More switches than this within ``switchesWithin`` are two sources that take turns at failing.
    package var switchesMax = 2
    package var switchesWithin: TimeAmount = .seconds(60)
    /// How long a source that was left must run without a stall before it is gone to again, on a channel that flaps.
    package var stableAfter: TimeAmount = .seconds(10)
    /// A source without another beside it is opened anew for corrupt media at most this often: bad media beat none.
    package var corruptReopenEvery: TimeAmount = .seconds(30)
    /// How long an operator's switch may take.
    package var manualMax: TimeAmount = .seconds(10)

    package init() {}
}
