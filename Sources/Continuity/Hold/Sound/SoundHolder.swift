package import MPEGTS
package import Model

/// Goes on with a sound track while its source is silent: frames of its own codec in which nothing sounds.
///
/// The sound that was sent and made lies on one grid of samples that never jumps: silent frames begin where the last
/// live one ends, and live ones are moved by up to half a frame to begin where the silence ends. All times are on the
/// output timeline. Pure, never traps on any stream, and cheap while the source is well: only headers are read.
///
/// ```text
/// source ok:   fitted → passed, fitted → passed …         each unit that is sent, what fitted(_:) answers
/// it stops:    silence(until:) … silence(until:)
/// it is back:  silence(until: the unit's time), fitted(unit) → passed …
/// ```
package struct SoundHolder: Sendable {
    /// The longest unit of silence: shorter than the lead of sound in any player's buffer.
    package static let unitTicksMax = MediaTime(milliseconds: 150).ticks
    /// Frames of one unit at most: enough that the PES header is small beside them.
    package static let unitFramesMax = 8
    /// Silence made in one call at most, so that a broken time costs no more than this; the next call goes on.
    package static let silenceMax = MediaTime(seconds: 60)
    /// How far a live unit may be from the grid and still be on it: sources whose clock counts milliseconds round by less.
    static let toleranceTicks = MediaTime(milliseconds: 1).ticks
    /// A time further than this from the sound before it is no neighbour of it.
    private static let reachMax = MediaTime(seconds: 3_600).ticks

    private let track: Track
    private var silent: SilentFrame
    private var grid: SampleGrid?
    /// The header of the last frame passed, which those of LATM may refer to.
    private var previous: AudioFrameHeader?
    private var streamID: UInt8 = 0xC0
    /// How long the last live unit was, for one whose frames can't be told apart.
    private var unitTicks: Int64 = 0
    /// Whether silence was made since the last live unit, or asked for where that unit does not end.
    private var isJoining = false
    /// By how much the live sound since the last silence is moved, in ticks.
    private var shift: Int64 = 0
    private var reservoir: BitReservoir?

    /// - Parameter track: as it is on the output; what it makes has its PID.
    package init(track: Track) {
        self.track = track
        self.silent = SilentFrame(codec: track.codec)
    }

    /// Why no silence can be made now, in two or three words with hyphens; `nil` when it can.
    package var obstacle: String? {
        do throws(SilenceObstacle) {
            _ = try self.silent.bytes()
            return self.grid == nil ? SilenceObstacle.noFrameSeen.rawValue : nil
        } catch { return error.rawValue }
    }

    /// Where the sound sent or made ends, rounded to a tick; `nil` before the first.
    package var end: MediaTime? { self.grid.map { MediaTime(ticks: $0.ticks) } }

    /// Takes a unit of the source as it is sent, after ``fitted(_:)``: whole frames, any number of them.
    package mutating func passed(_ unit: AccessUnit) {
        let frames = Array(AudioFrames(unit.data, codec: self.track.codec, after: self.previous))
        self.isJoining = false
        self.streamID = unit.streamID
        for frame in frames { self.silent.passed(unit.data[frame.range], header: frame.header) }
        self.previous = frames.last?.header ?? self.previous
        let time = (unit.pts ?? unit.dts)?.ticks
        guard let rate = frames.first(where: { $0.header.samples > 0 })?.header.sampleRate else {
            // Nothing to count by, but the time does not stand still.
            if let time, let rate = self.grid?.rate {
                self.grid = SampleGrid(at: time &+ self.unitTicks, rate: Int(rate))
            }
            return
        }
        if let time, !self.isOnGrid(time, rate: rate) { self.grid = SampleGrid(at: time, rate: rate) }
        self.grid?.advance(frames.reduce(0) { $0 + $1.header.samples })
        if let time, let end = self.grid?.ticks { self.unitTicks = max(0, end &- time) }
    }

    private func isOnGrid(_ time: Int64, rate: Int) -> Bool {
        guard let grid = self.grid, grid.rate == Int64(rate) else { return false }
        let (distance, overflow) = time.subtractingReportingOverflow(grid.ticks)
        return !overflow && distance.magnitude <= Self.toleranceTicks.magnitude
    }

    /// Silence from ``end`` on: whole frames, while the middle of the next one lies before `until`.
    ///
    /// Units of at most ``unitTicksMax``, at most ``silenceMax`` in a call; none where ``obstacle`` is not `nil`. One
    /// frame a unit is more header than sound: ask in steps of 100 ms or more.
    package mutating func silence(until: MediaTime) -> [AccessUnit] {
        guard var grid = self.grid else { return [] }
        if !self.isOnGrid(until.ticks, rate: Int(grid.rate)) { self.isJoining = true }
        guard let frame = try? self.silent.bytes(), self.silent.samples > 0, let rate = self.silent.header?.sampleRate
        else { return [] }
        if grid.rate != Int64(rate) { grid = SampleGrid(at: grid.ticks, rate: rate) }
        let samples = self.silent.samples
        let length = max(1, Int64(samples) * 90_000 / grid.rate)
        let unitFrames = max(1, min(Self.unitFramesMax, Int(Self.unitTicksMax / length)))
        var units: [AccessUnit] = []
        var left = max(1, Int(Self.silenceMax.ticks / length))
        while left > 0, grid.hasMiddle(of: samples, before: until.ticks) {
            let start = MediaTime(ticks: grid.ticks)
            var data: [UInt8] = []
            for _ in 0..<min(unitFrames, left) where grid.hasMiddle(of: samples, before: until.ticks) {
                data += frame
                left -= 1
                grid.advance(samples)
            }
            units.append(self.unit(data, at: start))
        }
        guard !units.isEmpty else { return [] }
        self.grid = grid
        self.isJoining = true
        return units
    }

    private func unit(_ data: [UInt8], at time: MediaTime) -> AccessUnit {
        AccessUnit(
            pid: self.track.pid,
            pts: time,
            dts: time,
            isRandomAccessPoint: true,
            data: data,
            streamID: self.streamID
        )
    }

    /// A live unit as it is to be sent: on the grid after ``silence(until:)``, unchanged where none was asked for.
    ///
    /// Frames that begin more than half a frame before the end of the silence are left out; `nil` when no frame is left.
    /// What is left is moved onto the grid, and all later units of the run by as much, so that their spacing stays.
    /// Make silence up to the unit's time first: a gap of a frame or more stays.
    package mutating func fitted(_ unit: AccessUnit) -> AccessUnit? {
        guard let time = (unit.pts ?? unit.dts)?.ticks else { return unit }
        var unit = unit
        if self.isJoining, let end = self.grid?.ticks {
            guard self.isNear(time, end) else {
                self.shift = 0
                return unit
            }
            let joint = AudioJoint(
                unit.data,
                codec: self.track.codec,
                at: time,
                after: end,
                else: self.unitTicks,
                following: self.previous
            )
            guard let joint else { return nil }
            unit.data = joint.data
            self.shift = joint.shift
            self.isJoining = false
            self.reservoir = self.silent.header?.profile == BitReservoir.layer ? BitReservoir() : nil
            unit.pts = MediaTime(ticks: joint.time)
        } else {
            unit.pts = MediaTime(ticks: time &+ self.shift)
        }
        unit.dts = unit.pts
        self.fillReservoir(&unit)
        return unit
    }

    private func isNear(_ time: Int64, _ end: Int64) -> Bool {
        // Far from both ends of the numbers, too: the joint counts forth from them.
        let (distance, overflow) = time.subtractingReportingOverflow(end)
        return !overflow && distance.magnitude <= Self.reachMax.magnitude && end.magnitude < 1 << 62
    }

    /// Frames of layer III that reach back into the silence are made silent.
    private mutating func fillReservoir(_ unit: inout AccessUnit) {
        guard self.track.codec == .mpegAudio, var reservoir = self.reservoir else { return }
        for frame in AudioFrames(unit.data, codec: .mpegAudio) {
            unit.data.replaceSubrange(
                frame.range,
                with: reservoir.fitted(Array(unit.data[frame.range]), header: frame.header)
            )
        }
        self.reservoir = reservoir.isFilled ? nil : reservoir
    }
}
