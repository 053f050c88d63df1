import Events
import Model

/// Says beside an imported log what it was made of: so that a second import does nothing, and one that was broken off is
/// begun anew.
struct ImportMark: Hashable {
    enum Origin: String {
        case history
        case simulation
    }

    var origin: Origin
    /// Whether everything is in the log.
    var isDone: Bool
    /// Of the files, or of the simulation's settings.
    var digest: String
    /// The zone in which the history's weeks are told.
    var timezone: String
    var facts: Int64
    var wrong: Int64

    static func path(_ directory: DataDirectory) -> String { "\(directory.path)/import.json" }

    func write(to directory: DataDirectory) throws {
        var json = JSONWriter()
        json.raw(#"{"origin":"#)
        json.string(self.origin.rawValue)
        json.raw(#","done":"#)
        json.bool(self.isDone)
        json.raw(#","digest":"#)
        json.string(self.digest)
        json.raw(#","tz":"#)
        json.string(self.timezone)
        json.raw(#","facts":"#)
        json.integer(self.facts)
        json.raw(#","wrong":"#)
        json.integer(self.wrong)
        json.raw("}\n")
        try SmallFile.write(json.bytes, to: Self.path(directory))
    }

    /// `nil` when there is none, or none that can be read.
    static func read(_ directory: DataDirectory) -> ImportMark? {
        guard let bytes = SmallFile.read(Self.path(directory)), let fields = Self.fields(bytes),
            let origin = fields["origin"]?.string.flatMap(Origin.init(rawValue:)), let isDone = fields["done"]?.bool,
            let digest = fields["digest"]?.string, let timezone = fields["tz"]?.string,
            let facts = fields["facts"]?.integer, let wrong = fields["wrong"]?.integer
        else { return nil }
        return ImportMark(
            origin: origin,
            isDone: isDone,
            digest: digest,
            timezone: timezone,
            facts: facts,
            wrong: wrong
        )
    }

    private static func fields(_ bytes: [UInt8]) -> [String: JSONText.Value]? {
        bytes.withUnsafeBufferPointer { bytes in
            guard let members = try? JSONMembers.read(bytes) else { return nil }
            // Values point into the bytes, so they are taken out while these are here.
            return Dictionary(members.map { ($0.name, JSONText.Value($0.value)) }) { first, _ in first }
        }
    }
}

extension JSONText {
    /// A small value of a JSON object, taken out of its bytes.
    struct Value: Hashable {
        var string: String?
        var integer: Int64?
        var bool: Bool?

        init(_ json: JSONValue) {
            self.string = json.string
            self.integer = json.integer
            self.bool = json.bool
        }
    }
}
