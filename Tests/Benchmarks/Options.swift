/// What the command line asks for.
struct Options {
    static let help = """
        usage: Benchmarks [--only PART[,PART…]] [--report FILE]
          --only    \(Part.allCases.map(\.rawValue).joined(separator: ", ")); all unless given
          --report  write the figures into FILE, in place of those of the same parts
        """

    var parts = Set(Part.allCases)
    /// The file the figures go to; `nil` for the terminal alone.
    var report: String?
    var wantsHelp = false

    /// - Throws: ``UsageError``
    init(parsing arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": self.wantsHelp = true
            case "--report":
                guard let path = rest.popFirst() else { throw UsageError(argument: argument) }
                self.report = path
            case "--only":
                guard let names = rest.popFirst() else { throw UsageError(argument: argument) }
                self.parts = Set(
                    try names.split(separator: ",").map { name in
                        guard let part = Part(rawValue: String(name)) else {
                            throw UsageError(argument: String(name))
                        }
                        return part
                    }
                )
            default: throw UsageError(argument: argument)
            }
        }
    }
}

/// An argument that means nothing here.
struct UsageError: Error, CustomStringConvertible {
    var argument: String

    var description: String { "can't make sense of \(self.argument)\n\(Options.help)" }
}
