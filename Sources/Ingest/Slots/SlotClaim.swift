/// How a source asks for one of its supplier's connections.
package enum SlotClaim: Hashable, Sendable {
    /// In the order of asking, waiting for a while where all are taken.
    case queued
    /// Only one that nobody waits for, at once or not at all, with so many left free besides: for what isn't watched yet.
    case spare(leaving: Int)
}
