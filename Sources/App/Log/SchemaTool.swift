import Events
import Foundation
import PlayerAPI
import Projections

/// Writes or compares the files below `schemas/`, which are exports of the declarations.
package struct SchemaTool: Sendable {
    let directory: String

    package init(directory: String) {
        self.directory = directory
    }

    /// Answers whether the files were (or now are) current.
    package func run(check: Bool) throws -> Bool {
        let files = Self.files()
        guard check else {
            for file in files { try self.write(file) }
            print("\(files.count) files in \(self.directory)")
            return true
        }
        let stale = files.filter { (try? String(contentsOfFile: self.path($0.name), encoding: .utf8)) != $0.text }
        let extra = try self.committed().subtracting(files.map(\.name)).sorted()
        for file in stale { print("differs: \(self.path(file.name))") }
        for name in extra { print("left over: \(self.path(name))") }
        guard stale.isEmpty, extra.isEmpty else {
            print("run `baton schema` and commit what it writes")
            return false
        }
        print("\(files.count) schemas are current")
        return true
    }

    /// Path below the directory, and text.
    static func files() -> [(name: String, text: String)] {
        [(name: "config.md", text: Self.configurationPage), (name: "metrics.md", text: MetricPage.text)]
            + [CustomerExport.schemaFile]
            + SchemaExport.files().map { ("events/\($0.name)", $0.text) }
            + AnswerSchemas.files().map { ("player-api/\($0.name)", $0.text) }
            + ProjectionSchemas.files.sorted { $0.key < $1.key }.map { ("projections/\($0.key)", $0.value) }
    }

    private static let configurationPage = """
        # Configuration

        Written by `baton schema`. Unknown keys are an error that names file and line.

        ## baton.yaml

        `baton config` prints this file.

        ```yaml
        \(Configuration.defaultFile)```

        ## catalog.yaml

        What `baton apply` takes. Applying the same file twice changes nothing.

        ```yaml
        \(CatalogueFile.example)```

        """

    private func path(_ name: String) -> String { "\(self.directory)/\(name)" }

    private func committed() throws -> Set<String> {
        let folders = ["events", "player-api", "projections"]
        let names = folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: self.path(folder))) ?? []).map { "\(folder)/\($0)" }
        }
        return Set(names)
    }

    private func write(_ file: (name: String, text: String)) throws {
        let path = self.path(file.name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try file.text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
