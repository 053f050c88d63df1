import Foundation
import Testing

/// The repository's own rules, held by looking at its files.
struct HouseTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func files(below folder: String, ending: String) throws -> [URL] {
        let all = FileManager.default.enumerator(at: Self.root.appending(path: folder), includingPropertiesForKeys: nil)
        return (all?.allObjects as? [URL] ?? []).filter { $0.path.hasSuffix(ending) }.sorted { $0.path < $1.path }
    }

    static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

    @Test func `every target folder has a README that says how to run its tests`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
            .filter { !$0.hasPrefix("C") && $0 != "README.md" && $0 != "baton" }
        #expect(folders.count > 10)
        for folder in folders {
            let readme = try Self.text(Self.root.appending(path: "Sources/\(folder)/README.md"))
            #expect(readme.count > 800, "Sources/\(folder)/README.md says too little")
            #expect(readme.contains("swift test --filter"), "Sources/\(folder)/README.md")
        }
    }

    @Test func `nothing is left for later in the code`() throws {
        // Put together, so that this file is not found.
        let marks = ["FIX" + "ME", "TO" + "DO", "XX" + "X:"]
        for file in try Self.files(below: "Sources", ending: ".swift") + Self.files(below: "Tests", ending: ".swift") {
            let text = try Self.text(file)
            for mark in marks { #expect(!text.contains(mark), "\(mark) in \(file.path)") }
        }
    }

    @Test func `no parser or shell can trap on purpose`() throws {
        for file in try Self.files(below: "Sources", ending: ".swift") {
            let text = try Self.text(file)
            for word in ["try!", "as!", "fatalError(", ".unsafelyUnwrapped"] {
                #expect(!text.contains(word), "\(word) in \(file.path)")
            }
        }
    }

    @Test func `tests do not wait by sleeping`() throws {
        let words = ["Task." + "sleep", "u" + "sleep(", "Thread." + "sleep"]
        for file in try Self.files(below: "Tests", ending: ".swift") where !file.path.contains("/Benchmarks/") {
            let text = try Self.text(file)
            for word in words { #expect(!text.contains(word), "\(word) in \(file.path)") }
        }
    }

    @Test func `a file has one noun`() throws {
        // The few longer ones are one state machine or one table.
        for file in try Self.files(below: "Sources", ending: ".swift") where !file.path.contains("SampleStream") {
            let count = try Self.text(file).split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(count <= 480, "\(file.path) has \(count) lines")
        }
    }

    @Test func `the README names only folders that exist`() throws {
        let readme = try Self.text(Self.root.appending(path: "README.md"))
        for match in readme.matches(of: #/`(Sources|Tests)/([A-Za-z/]+)`/#) {
            let path = "\(match.1)/\(match.2)"
            #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: path).path), "\(path)")
        }
    }
}
