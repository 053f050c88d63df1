import Yams

/// A node of a YAML file that knows where it stands, so that every complaint names file and line.
struct YAMLField {
    let node: Node
    let file: String
    /// What the node is, such as `channels[3].sources`.
    let path: String

    /// The top of a file's text.
    static func document(_ text: String, file: String) throws(ConfigurationError) -> YAMLField? {
        do {
            return try Yams.compose(yaml: text).map { YAMLField(node: $0, file: file, path: "") }
        } catch let error as YamlError {
            throw Self.complaint(error, file: file)
        } catch {
            throw ConfigurationError(file: file, line: nil, message: "not YAML: \(error)")
        }
    }

    private static func complaint(_ error: YamlError, file: String) -> ConfigurationError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationError(file: file, line: mark.line, message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            ConfigurationError(
                file: file,
                line: context.mark.line,
                message: "key given twice: \(duplicates.map { "\($0)" }.joined(separator: ", "))"
            )
        default:
            ConfigurationError(file: file, line: nil, message: "not YAML: \(error)")
        }
    }

    func complaint(_ message: String) -> ConfigurationError {
        ConfigurationError(
            file: self.file,
            line: self.node.mark?.line,
            message: self.path.isEmpty ? message : "\(self.path): \(message)"
        )
    }

    /// The fields of a mapping; a key that isn't `allowed` is an error that names its line.
    func mapping(_ allowed: String...) throws(ConfigurationError) -> [String: YAMLField] {
        try self.mapping(allowed)
    }

    /// The fields of a mapping; a key that isn't `allowed` is an error that names its line.
    func mapping(_ allowed: [String]) throws(ConfigurationError) -> [String: YAMLField] {
        guard let mapping = self.node.mapping else {
            throw self.complaint("expected keys and values, found \(self.kind)")
        }
        var fields: [String: YAMLField] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? "?"
            guard allowed.contains(name) else {
                let place = self.path.isEmpty ? "" : " in \(self.path)"
                throw ConfigurationError(
                    file: self.file,
                    line: key.mark?.line,
                    message: "unknown key `\(name)`\(place); allowed here: \(allowed.joined(separator: ", "))"
                )
            }
            fields[name] = YAMLField(
                node: value,
                file: self.file,
                path: self.path.isEmpty ? name : "\(self.path).\(name)"
            )
        }
        return fields
    }

    /// The fields of a mapping whose keys may be anything.
    func entries() throws(ConfigurationError) -> [(String, YAMLField)] {
        guard let mapping = self.node.mapping else {
            throw self.complaint("expected keys and values, found \(self.kind)")
        }
        return mapping.map { key, value in
            let name = key.scalar?.string ?? "?"
            return (name, YAMLField(node: value, file: self.file, path: "\(self.path).\(name)"))
        }
    }

    func list() throws(ConfigurationError) -> [YAMLField] {
        guard let sequence = self.node.sequence else { throw self.complaint("expected a list, found \(self.kind)") }
        return sequence.enumerated().map { index, node in
            YAMLField(node: node, file: self.file, path: "\(self.path)[\(index)]")
        }
    }

    func text() throws(ConfigurationError) -> String {
        guard let scalar = self.node.scalar else { throw self.complaint("expected a text, found \(self.kind)") }
        return scalar.string
    }

    func integer() throws(ConfigurationError) -> Int64 {
        guard let value = Int64(try self.text()) else {
            throw self.complaint("expected a whole number, found `\(try self.text())`")
        }
        return value
    }

    func bool() throws(ConfigurationError) -> Bool {
        guard let scalar = self.node.scalar, let value = Bool.construct(from: scalar) else {
            throw self.complaint("expected true or false, found `\(try self.text())`")
        }
        return value
    }

    /// Money as `10`, `9.9` or `9.99`, in hundredths.
    func cents() throws(ConfigurationError) -> Int64 {
        let text = try self.text()
        guard let cents = Money.cents(text) else {
            throw self.complaint("expected an amount such as 10 or 9.99, found `\(text)`")
        }
        return cents
    }

    /// Whether it is a list.
    var isList: Bool { self.node.sequence != nil }

    /// Whether nothing stands behind the key.
    var isNull: Bool { self.node.scalar.map { ["", "~", "null"].contains($0.string) && $0.style == .plain } ?? false }

    private var kind: String {
        if self.node.mapping != nil { return "keys and values" }
        if self.node.sequence != nil { return "a list" }
        return self.isNull ? "nothing" : "`\(self.node.scalar?.string ?? "")`"
    }
}

/// Why a file can't be used: which, where, and what is wrong.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    package var file: String
    package var line: Int?
    package var message: String

    package init(file: String, line: Int?, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String { "\(self.file):\(self.line.map { "\($0):" } ?? "") \(self.message)" }
}
