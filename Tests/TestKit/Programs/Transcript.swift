import Foundation

/// What a program has written to one of its outputs.
package final class Transcript: Sendable {
    package struct Content: Sendable {
        package var bytes: [UInt8] = []
        /// Whole lines, without their ends.
        package var lines: [String] = []
        /// Whether the program has closed it.
        package var hasEnded = false
        fileprivate var lineStart = 0
    }

    private let content = Watched(Content())

    /// Reads `descriptor` to its end, on a thread of its own.
    package init(reading descriptor: Int32) {
        let thread = Thread { [content] in
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                content.update { $0.append(buffer[..<count]) }
            }
            close(descriptor)
            content.update { $0.end() }
        }
        thread.start()
    }

    /// All that has come so far.
    package var text: String { self.content.look { String(decoding: $0.bytes, as: UTF8.self) } }
    package var bytes: [UInt8] { self.content.look { $0.bytes } }
    package var lines: [String] { self.content.look { $0.lines } }
    /// How many lines have come so far.
    package var count: Int { self.content.look { $0.lines.count } }

    /// The first line from number `first` on that `isWanted`; with the number of the line after it.
    package func line(
        _ what: String,
        from first: Int = 0,
        within limit: Duration,
        where isWanted: @escaping @Sendable (String) -> Bool
    ) async throws -> (text: String, next: Int) {
        let found = try await self.content.first(what, within: limit) { content -> (text: String?, next: Int)? in
            let lines = content.lines[min(first, content.lines.count)...]
            if let index = lines.firstIndex(where: isWanted) { return (lines[index], index + 1) }
            return content.hasEnded ? (nil, content.lines.count) : nil
        }
        guard let text = found.text else { throw Ended(what: what, text: self.text) }
        return (text, found.next)
    }

    /// Waits until the program has closed it.
    package func end(within limit: Duration) async throws {
        _ = try await self.content.first("end of output", within: limit) { $0.hasEnded ? true : nil }
    }

    /// The program ended before it wrote what was waited for.
    package struct Ended: Error, CustomStringConvertible {
        package var what: String
        package var text: String

        package var description: String { "\(self.what): the program ended before, having written:\n\(self.text)" }
    }
}

extension Transcript.Content {
    fileprivate mutating func append(_ received: ArraySlice<UInt8>) {
        var searched = self.bytes.count
        self.bytes += received
        while let end = self.bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
            self.lines.append(String(decoding: self.bytes[self.lineStart..<end], as: UTF8.self))
            self.lineStart = end + 1
            searched = end + 1
        }
    }

    fileprivate mutating func end() {
        if self.lineStart < self.bytes.count {
            self.lines.append(String(decoding: self.bytes[self.lineStart...], as: UTF8.self))
        }
        self.hasEnded = true
    }
}
