import Foundation
package import LiveChannels

/// The slates of an installation: files `<purpose>.<language>.ts` below `DATA/slates`, and those the configuration names.
package struct SlateFolder: Sendable {
    /// One file, and what it is.
    package struct Entry: Sendable {
        package var key: SlateShelf.Key
        /// `nil` for the one that is built in.
        package var path: String?
        package var slate: Result<Slate, SlateFileError>
    }

    /// Letters of a language tag such as `pt-BR`; longer ones exist and mean no other words on a picture.
    private static let languageSizeMax = 16

    package let path: String
    /// Files that the configuration names, which go before those of the folder.
    private let named: [SlateShelf.Key: String]

    package init(_ directory: DataDirectory, named: [SlateShelf.Key: String] = [:]) {
        self.path = directory.slates
        self.named = named
    }

    /// Where the slate for a purpose and language is kept.
    package func file(_ key: SlateShelf.Key) -> String {
        "\(self.path)/\(key.purpose.rawValue).\(key.language).ts"
    }

    /// Every slate there is, with what is wrong with it, by purpose and language.
    package func entries() -> [Entry] {
        var paths: [SlateShelf.Key: String] = [:]
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: self.path)) ?? []).sorted()
        for name in names {
            if let key = SlateShelf.Key(fileName: name) { paths[key] = "\(self.path)/\(name)" }
        }
        paths.merge(self.named) { _, named in named }
        let sorted = paths.sorted {
            ($0.key.purpose.rawValue, $0.key.language) < ($1.key.purpose.rawValue, $1.key.language)
        }
        var entries = sorted.prefix(SlateShelf.countMax).map { key, path in
            Entry(key: key, path: path, slate: Result { () throws(SlateFileError) in try Self.read(path) })
        }
        for purpose in SlatePurpose.allCases {
            let builtIn = SlateShelf.Key(purpose: purpose, language: SlateShelf.fallbackLanguage)
            if !entries.contains(where: { $0.key == builtIn && $0.isGood }), let slate = BuiltInSlate.slates[purpose] {
                entries.append(Entry(key: builtIn, path: nil, slate: .success(slate)))
            }
        }
        return entries
    }

    /// Those of them that can be shown.
    package var good: [SlateShelf.Key: Slate] { Self.good(self.entries()) }

    static func good(_ entries: [Entry]) -> [SlateShelf.Key: Slate] {
        Dictionary(entries.compactMap { entry in (try? entry.slate.get()).map { (entry.key, $0) } }) { first, _ in first
        }
    }

    /// Reads a clip and checks it.
    package static func read(_ path: String) throws(SlateFileError) -> Slate {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .unreadable(path) }
        defer { try? handle.close() }
        // One byte more than allowed is enough to be refused.
        guard let data = try? handle.read(upToCount: Slate.sizeBytesMax + 1) else { throw .unreadable(path) }
        do throws(SlateError) {
            return try Slate(reading: [UInt8](data))
        } catch {
            throw .notASlate(path, error)
        }
    }

    /// Checks a clip and keeps it in the folder, in place of the one there was.
    package func keep(_ source: String, as key: SlateShelf.Key) throws {
        _ = try Self.read(source)
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        let target = self.file(key)
        // Beside it first, so that a service never reads half a file.
        let draft = "\(target).new"
        try Data(contentsOf: URL(filePath: source)).write(to: URL(filePath: draft))
        guard rename(draft, target) == 0 else { throw SlateFileError.system("write \(target)", errno) }
    }

    package func remove(_ key: SlateShelf.Key) throws(SlateFileError) {
        guard unlink(self.file(key)) == 0 else {
            throw errno == ENOENT ? .missing(self.file(key)) : .system("remove \(self.file(key))", errno)
        }
    }

    /// A purpose and language as people write them.
    package static func key(purpose: String, language: String) throws(SlateFileError) -> SlateShelf.Key {
        guard let purpose = SlatePurpose(rawValue: purpose) else { throw .unknownPurpose(purpose) }
        guard Self.isLanguage(language) else { throw .badLanguage(language) }
        return SlateShelf.Key(purpose: purpose, language: language)
    }

    /// Letters, digits and hyphens, as in BCP 47.
    static func isLanguage(_ text: some StringProtocol) -> Bool {
        (2...Self.languageSizeMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) }
    }
}

extension SlateFolder.Entry {
    var isGood: Bool { if case .success = self.slate { true } else { false } }
}

extension SlateShelf.Key {
    /// Reads `off-air.en.ts`; `nil` for other names.
    init?(fileName: String) {
        let parts = fileName.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "ts", let purpose = SlatePurpose(rawValue: String(parts[0])),
            SlateFolder.isLanguage(parts[1])
        else { return nil }
        self.init(purpose: purpose, language: String(parts[1]))
    }
}

/// Why a file is no slate, or could not be kept.
package enum SlateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    case notASlate(String, SlateError)
    case unknownPurpose(String)
    case badLanguage(String)
    case missing(String)
    case system(String, Int32)

    package var description: String {
        switch self {
        case .unreadable(let path): "\(path): there is no such file, or it can't be read"
        case .notASlate(let path, let error): "\(path) is no slate: \(error)"
        case .unknownPurpose(let purpose):
            "found `\(purpose)`, allowed: \(SlatePurpose.allCases.map(\.rawValue).joined(separator: ", "))"
        case .badLanguage(let language): "`\(language)` is no language: expected letters such as en, de or pt-BR"
        case .missing(let path): "there is no slate \(path)"
        case .system(let operation, let code): "could not \(operation): \(String(cString: strerror(code)))"
        }
    }
}
