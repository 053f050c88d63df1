import Foundation
import MPEGTS
import TestKit

extension Soak {
    /// What a viewer got, but for the parts that hold bits which the supplier sent wrong: no packet shows those, so that
    /// nobody between supplier and viewer can know of them.
    ///
    /// Each unit is held against what the supplier means to send. A part is a picture that a decoder can begin with and all
    /// up to the next one, or a unit of sound.
    struct Undamaged {
        /// Bits in which a unit differs that was damaged on the line: one flip in a million bits, and more than enough.
        private static let flipsMax = 8

        /// Parts left out.
        private(set) var damaged = 0
        private var pictures: [UInt8] = []
        private var sound: [UInt8] = []

        /// Takes a recording of a channel whose supplier plays `reel`.
        init(file: String, of reel: Reel) throws {
            let meant = Dictionary(grouping: Set(reel.units.map(\.data)), by: \.count)
            var demuxer = Demuxer()
            var units: [AccessUnit] = []
            let take: (Demuxer.Output) -> Void = { if case .unit(let unit) = $0 { units.append(unit) } }
            demuxer.push([UInt8](try Data(contentsOf: URL(filePath: file))), take)
            demuxer.fileEnded(take)
            let isVideo = { (unit: AccessUnit) in (0xE0..<0xF0).contains(unit.streamID) }
            // The viewer left in the middle of the last ones.
            var group: [UInt8] = []
            var isGood = true
            for unit in units.filter(isVideo).dropLast() {
                if unit.isRandomAccessPoint { self.take(&group, &isGood) }
                group += unit.data
                if Self.isDamaged(unit.data, meant) { isGood = false }
            }
            self.take(&group, &isGood)
            for unit in units.filter({ !isVideo($0) }).dropLast() {
                if Self.isDamaged(unit.data, meant) { self.damaged += 1 } else { self.sound += unit.data }
            }
        }

        private mutating func take(_ group: inout [UInt8], _ isGood: inout Bool) {
            if isGood { self.pictures += group } else { self.damaged += 1 }
            group = []
            isGood = true
        }

        /// Whether a unit is one that the supplier means to send, but for some bits.
        private static func isDamaged(_ data: [UInt8], _ meant: [Int: [[UInt8]]]) -> Bool {
            guard let candidates = meant[data.count], !candidates.contains(data) else { return false }
            return candidates.contains { candidate in
                var flips = 0
                for (left, right) in zip(candidate, data) where left != right {
                    flips += (left ^ right).nonzeroBitCount
                    if flips > Self.flipsMax { return false }
                }
                return true
            }
        }

        /// What a decoder says of the rest: H.264 and AAC.
        func errors() async throws -> [String] {
            let scratch = try Scratch()
            var errors: [String] = []
            for (name, bytes) in [("h264", self.pictures), ("aac", self.sound)] where !bytes.isEmpty {
                let file = "\(scratch.path)/rest.\(name)"
                try Data(bytes).write(to: URL(filePath: file))
                let arguments = ["-v", "error", "-nostdin", "-f", name, "-i", file, "-f", "null", "-"]
                let finished = try await Program.run("ffmpeg", arguments, within: .seconds(120))
                errors += finished.errors.split(separator: "\n").map(String.init)
            }
            return errors
        }
    }
}
