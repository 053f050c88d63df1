package import Model

/// What is being held, for those who show or count it.
extension ChannelContinuity {
    /// Media made in place of the source's own since it stopped; zero while its own go out.
    package var heldLength: MediaTime { MediaTime(ticks: self.tail.hold?.length ?? 0) }
}
