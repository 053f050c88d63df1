import Continuity
package import Events
import Model

/// What a channel's output tells the supervisor about its runs: whether media flows, which run could be entered or was,
/// and what was done to keep the picture going.
///
/// A *run* is one opening of one source; one run is *fed* to the output, others stand by.
package enum ContinuityReport: Hashable, Sendable {
    /// The media of the fed run stopped: what is held back runs out, or the run was closed. The cause is one word with
    /// hyphens.
    case suspect(cause: String)
    /// Media of the fed run come again.
    case fine
    /// The run could be entered now: a random access point of it is held. Once a run.
    case ready(run: Int)
    /// The picture has been held for as long as another source is waited with.
    case heldLong
    /// The output comes from this run from now on; `gap` is the media missing at the joint.
    case entered(run: Int, gap: Milliseconds)
    /// A gap in the media of the run was filled: how, with how much, whether viewers could see it, bytes made for it.
    case patched(run: Int, method: String, length: Milliseconds, visibility: PatchVisibility, bytes: ByteCount)
    /// Media of the run that were sent out before were left out.
    case overlapDropped(run: Int, units: Int64, length: Milliseconds)
    /// The run's bytes are no use (no pictures, continuity errors, time stamps that stand): as good as a stall.
    case corrupt(run: Int, cause: String)
}

extension ContinuityReport {
    /// As the machine reported it, `run` being the one that the output came from; `nil` for what nobody acts on.
    init?(_ report: ChannelContinuity.Report, run: Int) {
        switch report {
        case .suspect(_, let cause): self = .suspect(cause: cause)
        case .fine: self = .fine
        case .ready(let run): self = .ready(run: run)
        case .entered(let run, let gap): self = .entered(run: run, gap: Milliseconds(gap.milliseconds))
        case .patched(let patch):
            self = .patched(
                run: run,
                method: patch.method,
                length: Milliseconds(patch.length.milliseconds),
                visibility: patch.method == "none" ? .visible : .hidden,
                bytes: ByteCount(patch.bytes)
            )
        case .overlapDropped(let run, let units, let length):
            self = .overlapDropped(run: run, units: Int64(units), length: Milliseconds(length.milliseconds))
        case .corrupt(let run, let cause): self = .corrupt(run: run, cause: cause)
        case .heldLong: self = .heldLong
        case .exhausted: return nil
        }
    }
}
