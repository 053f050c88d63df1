import Glibc
package import Model

/// The clocks of the machine, or a test's.
package struct Clocks: Sendable {
    /// The wall clock.
    package var wall: @Sendable () -> WallTime
    /// Microseconds since some moment; counts through suspend and is never set (`CLOCK_BOOTTIME`).
    package var monotonic: @Sendable () -> Int64

    package init(wall: @escaping @Sendable () -> WallTime, monotonic: @escaping @Sendable () -> Int64) {
        self.wall = wall
        self.monotonic = monotonic
    }

    package static let system = Clocks(
        wall: { WallTime(microseconds: Self.read(CLOCK_REALTIME)) },
        monotonic: { Self.read(CLOCK_BOOTTIME) }
    )

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
