package import MPEGTS

/// The pictures of an output for those who begin in the middle of a hold: the last random access point once more, and what
/// repeats it.
///
/// ```text
/// live viewers   … P P h h h h h h h h h h I P …      h: the last picture P held
/// segments       … P P h h h|I h h h|I h h I P …      |: a segment begins; h: the random access point I held
/// ```
///
/// It has a picture for each one of the output, at the same times. Where both send the same random access point of the
/// source, all that follows is the same too. Pure; a copy of the output's holder that is asked the same.
package struct PictureFork: Sendable {
    private var holder: any PictureHolder
    /// Whether the hold it began in, or began anew in, goes on.
    package private(set) var isHolding = false

    /// A fork in front of a picture; `nil` where that is not one a random access point may be put in the place of.
    ///
    /// A hold that is a loop has random access points of its own.
    package init?(before step: PictureStep) {
        guard case .held(let holder, _) = step, holder.methodName != PictureHold.Method.loop.rawValue else {
            return nil
        }
        self.holder = holder
    }

    /// The pictures to send in place of `unit`, which came about as `step` says; usually one.
    ///
    /// `begins` asks for the random access point in place of a held picture.
    package mutating func pictures(for unit: AccessUnit, _ step: PictureStep, begins: Bool) -> [AccessUnit] {
        switch step {
        case .passed(let original, let resumes):
            self.isHolding = false
            if resumes { self.holder.resume() }
            return [self.holder.passed(original)]
        case .filled(let isFirst):
            return isFirst ? self.holder.fill() : []
        case .held(_, let parameterSets):
            if begins, let point = self.holder.restart() {
                self.isHolding = true
                return [point]
            }
            return [self.holder.held(parameterSets: parameterSets) ?? unit]
        }
    }
}
