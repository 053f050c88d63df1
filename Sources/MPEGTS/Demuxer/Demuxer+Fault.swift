extension Demuxer {
    /// Something in the source that was not as it should be; told as it happens and counted in ``Counters``.
    ///
    /// None of them ends the demuxing.
    package enum Fault: Hashable, Sendable {
        /// Bytes that were no packets were passed over.
        case lostSync(skipped: Int)
        /// A packet is missing before this one.
        case continuity(pid: UInt16, expected: UInt8, found: UInt8)
        /// A packet that its sender marked as damaged was left out.
        case transportError(pid: UInt16)
        /// A section was left out because of its CRC.
        case badCRC(pid: UInt16)
        /// A unit or section was longer than allowed and was dropped.
        case oversized(pid: UInt16)
        /// A unit or section that had begun was dropped because its end is missing.
        case truncated(pid: UInt16)
        /// An adaptation field, PES header or section contradicts itself.
        case malformed(pid: UInt16)
        /// The track is scrambled from here on; told once until it is clear again, or with each PES packet where those are.
        case scrambled(pid: UInt16)
        /// The source says that its clock or counter jumps here: a hint to expect a new epoch.
        case discontinuity(pid: UInt16)
        /// More tracks than ``Demuxer/tracksMax``; the rest is left out.
        case tooManyTracks(found: Int)
    }

    /// How often each thing happened since the start.
    package struct Counters: Hashable, Sendable {
        package var packets = 0
        package var units = 0
        package var lostSync = 0
        /// Bytes that belonged to no packet.
        package var skippedBytes = 0
        package var continuity = 0
        package var transportError = 0
        package var badCRC = 0
        package var oversized = 0
        package var truncated = 0
        package var malformed = 0
        package var scrambled = 0
        package var discontinuity = 0
        package var tooManyTracks = 0

        /// All faults together; a stream with many of them a second is bad.
        package var faults: Int {
            self.lostSync + self.continuity + self.transportError + self.badCRC + self.oversized + self.truncated
                + self.malformed + self.scrambled + self.tooManyTracks
        }

        mutating func count(_ output: Output) {
            switch output {
            case .tracks: break
            case .unit: self.units += 1
            case .fault(let fault): self.count(fault)
            }
        }

        private mutating func count(_ fault: Fault) {
            switch fault {
            case .lostSync(let skipped):
                self.lostSync += 1
                self.skippedBytes += skipped
            case .continuity: self.continuity += 1
            case .transportError: self.transportError += 1
            case .badCRC: self.badCRC += 1
            case .oversized: self.oversized += 1
            case .truncated: self.truncated += 1
            case .malformed: self.malformed += 1
            case .scrambled: self.scrambled += 1
            case .discontinuity: self.discontinuity += 1
            case .tooManyTracks: self.tooManyTracks += 1
            }
        }
    }
}
