import Foundation
import TestKit

/// A text that must not be found where it doesn't belong, whatever it was turned into.
struct Canary: Sendable {
    let text: String

    /// The text as it is, percent-encoded, in hexadecimal and in base64.
    var forms: [String] {
        let bytes = Array(self.text.utf8)
        let hexadecimal = bytes.map { String($0, radix: 16) }
        let percent = hexadecimal.map { "%\($0)" }.joined()
        let escaped = self.text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? self.text
        let plain = [
            self.text, percent, percent.uppercased(), escaped, hexadecimal.joined(), hexadecimal.joined().uppercased(),
        ]
        let base64 = (0..<3).map { Self.base64(bytes, at: $0) }
        let base64URL = base64.map { $0.replacing("+", with: "-").replacing("/", with: "_") }
        return plain + base64 + base64URL
    }

    /// What the text looks like in base64 when `shift` bytes (modulo 3) stand before it, without the characters that
    /// share bits with what stands around it.
    private static func base64(_ bytes: [UInt8], at shift: Int) -> String {
        let encoded = Data([UInt8](repeating: 0, count: shift) + bytes).base64EncodedString()
        let before = [0, 2, 3][shift]
        let whole = (shift + bytes.count) * 8 / 6
        return String(encoded.prefix(whole).dropFirst(before))
    }
}

/// What may hold a text that doesn't belong there.
struct Haystack: Sendable {
    var place: String
    var bytes: [UInt8]

    /// The forms of `canaries` that stand in any of `haystacks`, as `place: form`.
    static func search(_ haystacks: [Haystack], for canaries: [Canary]) async throws -> [String] {
        let scratch = try Scratch()
        let forms = Set(canaries.flatMap(\.forms)).sorted().joined(separator: "\n")
        let patterns = try scratch.write(forms + "\n", to: "patterns")
        let folder = try scratch.folder("haystacks")
        for (index, haystack) in haystacks.enumerated() {
            try Data(haystack.bytes).write(to: URL(filePath: "\(folder)/\(index)"))
        }
        let command =
            "cd \(folder) && grep --text --fixed-strings --only-matching --with-filename --file=\(patterns) -r ."
        let found = try await Program.run("sh", ["-c", command], environment: ["LC_ALL": "C"])
        // grep's exit codes: 0 found, 1 not found.
        guard found.exit == .code(0) || found.exit == .code(1), found.errors.isEmpty else {
            throw Unsearched(errors: found.errors)
        }
        let places = Set(found.output.split(separator: "\n")).sorted().map { line in
            let fields = line.dropFirst("./".count).split(separator: ":", maxSplits: 1)
            let place = fields.first.flatMap { Int($0) }.map { haystacks[$0].place } ?? "?"
            return "\(place): \(fields.last ?? "?")"
        }
        return places
    }

    struct Unsearched: Error {
        var errors: String
    }
}
