import Foundation

/// A viewer of a transport stream that writes down all it gets and checks each byte.
package final class TransportRecorder: Sendable {
    package struct State: Sendable {
        package var check = StreamCheck()
        package var firstAt: Double?
    }

    /// What was received, as a file.
    package let file: String
    package let state: Watched<State>
    private let download: Download
    private let scratch: Scratch
    private let began = Download.now

    /// `keeps`: whether what comes is written down; without it the file stays empty.
    package init(_ url: String, keeps: Bool = true) async throws {
        let scratch = try Scratch()
        let file = "\(scratch.path)/received.ts"
        let state = Watched(State())
        try Data().write(to: URL(filePath: file))
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        (self.scratch, self.file, self.state) = (scratch, file, state)
        self.download = try await Download(url, keepsBody: false) { bytes, now in
            if keeps { try? handle.write(contentsOf: Data(bytes)) }
            state.update {
                $0.firstAt = $0.firstAt ?? now
                $0.check.received(bytes, at: now)
            }
        }
    }

    package var hasEnded: Bool { self.download.state.look { $0.hasEnded } }
    package var status: Int { self.download.state.look { $0.status } }
    package var check: StreamCheck { self.state.now.check }

    package func leave() { self.download.leave() }

    /// Waits for the first byte; seconds since the request.
    package func firstByte(within limit: Duration) async throws -> Double {
        try await self.state.first("first byte", within: limit) { $0.firstAt } - self.began
    }
}
