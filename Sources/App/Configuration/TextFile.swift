import Foundation

/// Files that operators write.
enum TextFile {
    /// Bytes in the longest file that is read; a catalogue of 100,000 channels has about 20 MB.
    static let sizeMax = 64 << 20

    static func read(_ path: String) throws(ConfigurationError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(file: path, line: nil, message: "there is no such file, or it can't be read")
        }
        guard data.count <= Self.sizeMax else {
            throw ConfigurationError(
                file: path,
                line: nil,
                message: "found \(data.count) bytes, allowed \(Self.sizeMax)"
            )
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(file: path, line: nil, message: "not UTF-8")
        }
        return text
    }
}
