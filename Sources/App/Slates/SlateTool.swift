import Foundation
package import LiveChannels
import Model

/// What `baton slate` does: works on the files, then has the running service read them again.
package struct SlateTool: Sendable {
    private let directory: DataDirectory
    private let folder: SlateFolder

    package init(_ directory: DataDirectory) {
        self.directory = directory
        self.folder = SlateFolder(directory)
    }

    /// Makes a slate and keeps it, or writes it to `output`.
    package func make(_ maker: SlateMaker, as key: SlateShelf.Key, output: String?) throws {
        if output == nil { try self.directory.create() }
        try maker.make { clip in
            if let output {
                try Data(contentsOf: URL(filePath: clip)).write(to: URL(filePath: output))
                print("wrote \(output)")
            } else {
                try self.folder.keep(clip, as: key)
                print("\(key.purpose.rawValue) in \(key.language): \(self.folder.file(key))")
            }
        }
        if output == nil { try self.tell() }
    }

    package func remove(_ key: SlateShelf.Key) throws {
        try self.folder.remove(key)
        print("removed \(self.folder.file(key))")
        try self.tell()
    }

    package func list(_ format: TableFormat) {
        print(Self.table(self.folder.entries()).text(format), terminator: "")
    }

    static func table(_ entries: [SlateFolder.Entry]) -> Table {
        let columns = ["purpose", "language", "file", "codecs", "seconds", "bytes", "problem"]
        let rows = entries.map { entry -> [Table.Cell] in
            let head: [Table.Cell] = [
                .text(entry.key.purpose.rawValue), .text(entry.key.language), .text(entry.path ?? "built in"),
            ]
            switch entry.slate {
            case .success(let slate):
                let seconds = slate.length.milliseconds / 1_000
                return head + [.text(slate.codecs), .number(seconds), .number(Int64(slate.sizeBytes)), .text("")]
            case .failure(let error):
                return head + [.text(""), .number(0), .number(0), .text("\(error)")]
            }
        }
        return Table(columns: columns, rows: rows)
    }

    /// The service, if one runs, takes the slates as they are now.
    private func tell() throws {
        guard let answer = try AdminSocket.send(.reloadSlates, to: AdminSocket.path(in: self.directory.path)) else {
            return
        }
        if let error = answer.error { throw AdminError(message: error) }
        for message in answer.messages { print(message) }
    }
}
