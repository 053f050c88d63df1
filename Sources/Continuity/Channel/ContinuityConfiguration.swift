package import Model

/// When the output of a channel is held, for how long, and what counts as trouble.
package struct ContinuityConfiguration: Hashable, Sendable {
    /// Media kept between source and output: blips shorter than this cost nothing and lose nothing.
    package var cushion = MediaTime(milliseconds: 1_500)
    /// What of it must be there again when a source with another clock is entered; the rest is worth less than the
    /// picture coming back.
    package var resumeCushion = MediaTime(milliseconds: 750)
    /// Media kept at most: the longest segments in common use; what is more goes out at once.
    package var cushionMax = MediaTime(seconds: 10)
    /// How late the output may be before it is held.
    ///
    /// A player without a buffer of its own stops between 0.6 and 1.2 s.
    package var lateness = MediaTime(milliseconds: 500)
    /// Without a unit for this long a source is suspect, if ``suspectCushion`` is not left either.
    package var suspectSilence = MediaTime(milliseconds: 250)
    /// With this much of the cushion left it is not: a source that comes in segments is silent for seconds and well.
    package var suspectCushion = MediaTime(seconds: 1)
    /// A first start waits this long for the cushion to fill, of a source that sends more slowly than it plays.
    package var startWaitMax = MediaTime(seconds: 3)
    /// A stream in which no decoder can begin is begun anywhere after this long.
    package var pointWaitMax = MediaTime(seconds: 10)
    /// How long media that are back but behind the output wait for a random access point that is not; then the output
    /// goes on from behind, and its latency grows.
    package var liveEdgeWait = MediaTime(seconds: 2)
    /// How far behind the output another source of the same programme may be to be waited for.
    ///
    /// Less than is kept, so that nobody notices. One that is further behind is entered, and shows again what was shown.
    package var behindMax = MediaTime(seconds: 1)
    /// A hole larger than this is jumped over and not held through.
    package var aheadMax = MediaTime(seconds: 5)
    /// A step between two pictures larger than this has lost some; smaller ones are a variable frame rate.
    package var gapMax = MediaTime(milliseconds: 300)
    /// How far the clock of a source that was opened again may be from the time that passed, to be the same clock.
    package var clockTolerance = MediaTime(milliseconds: 1_500)
    /// The same for sources that send a segment at a time.
    package var clockToleranceBursty = MediaTime(seconds: 12)
    /// How far media that follow on a source's clock may be behind the time that passed: a supplier's buffer, sent late.
    package var backlogMax = MediaTime(seconds: 60)
    /// How long a supplier may take to send a buffer again, before it is taken for a programme that is played again.
    package var repeatPatience = MediaTime(seconds: 3)
    /// A new connection that begins with a burst is seen to do so after this long.
    package var burstBegins = MediaTime(milliseconds: 200)
    /// How long the burst that a new connection begins with is looked through for pictures that were sent before.
    package var burstWait = MediaTime(seconds: 1)
    /// After resuming, this long without trouble is well again.
    package var resumeSettles = MediaTime(seconds: 2)
    /// A picture held for this long is a reason to go over to another source that is ready, whenever its own failed: with
    /// what is made in front of the other one it stands still for three seconds at most.
    package var holdPatience = MediaTime(seconds: 2)
    /// A held picture tells nobody anything after this long; what else there is to show comes then.
    package var holdMax = MediaTime(seconds: 30)
    /// Parameter sets stand in front of a held picture this often, for decoders that begin late.
    package var parameterSetsEvery = MediaTime(seconds: 1)
    /// A hold longer than this begins anew with the last random access point, and again each time, so that viewers who
    /// come get a picture.
    package var restartEvery = MediaTime(seconds: 10)
    /// Bytes without a picture for this long are a failure of the source.
    package var pictureSilence = MediaTime(seconds: 1)
    /// Continuity errors within a second that are a failure of the source.
    package var continuityErrorsMax = 20
    /// Time stamps that stand still for this long while units come are a failure of the source.
    package var frozenClock = MediaTime(seconds: 2)

    package init() {}
}
