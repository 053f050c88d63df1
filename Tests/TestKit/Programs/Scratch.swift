import Foundation

/// A directory that is there as long as somebody holds it.
package final class Scratch: Sendable {
    package let path: String

    /// Short, since a unix socket's path has 107 bytes at most (unix(7)).
    package init() throws {
        let folder = FileManager.default.temporaryDirectory.path
        var template = Array("\(folder)/baton-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SpawnError(command: "mkdtemp in \(folder)", code: errno) }
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// Writes a file; its path.
    package func write(_ text: String, to name: String) throws -> String {
        let path = "\(self.path)/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Makes a folder; its path.
    package func folder(_ name: String) throws -> String {
        let path = "\(self.path)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
