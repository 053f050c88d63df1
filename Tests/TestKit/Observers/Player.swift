import Foundation

/// ffmpeg as a viewer's player: it plays an address live and writes down what it shows.
package final class Player: Sendable {
    private let program: Program
    private let scratch: Scratch

    package init(_ url: String) async throws {
        self.scratch = try Scratch()
        let input = ["-v", "error", "-nostdin", "-y", "-copyts", "-i", url]
        self.program = try await Program("ffmpeg", input + Screening.outputs(to: self.scratch.path))
    }

    /// Errors that it has told so far.
    package var errorCount: Int { self.program.errors.count }

    /// Whether it has stopped by itself.
    package var hasGivenUp: Bool { self.program.hasEnded }

    /// Stops it; what it has shown.
    ///
    /// A player that stopped by itself before, or has shown nothing at all, has that among its errors.
    package func stop() async throws -> Screening {
        let hasGivenUp = self.hasGivenUp
        self.program.signal(SIGINT)
        _ = try await self.program.exit(within: .seconds(15))
        let said = self.program.errors.lines
        guard FileManager.default.fileExists(atPath: "\(self.scratch.path)/pictures.gray") else {
            return Screening(errors: said + ["the player never showed a picture"])
        }
        var screening = try Screening(folder: self.scratch.path, errors: said)
        // What ffmpeg says of being interrupted is no fault of the stream.
        screening.errors.removeAll { $0.contains("Immediate exit requested") }
        if hasGivenUp { screening.errors.append("the player stopped by itself") }
        return screening
    }
}
