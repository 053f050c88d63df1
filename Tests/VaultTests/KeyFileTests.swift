import Glibc
import TestSupport
import Testing

@testable import Vault

struct KeyFileTests {
    @Test func `makes keys at the first start and finds them at the second`() throws {
        let scratch = try ScratchDirectory()
        let file = KeyFile(path: scratch.file("keys"))
        let made = try file.readOrCreate()
        #expect(scratch.mode(of: "keys") == 0o600)
        #expect(scratch.names == ["keys"])
        let found = try file.readOrCreate()
        #expect(found.current == made.current)
        #expect(try file.read().hash(.username, "anna") == made.hash(.username, "anna"))
    }

    @Test func `two installations have different keys`() {
        let one = InstallationKeys.random()
        let other = InstallationKeys.random()
        #expect(one.current.sealing != other.current.sealing)
        #expect(one.hash(.username, "anna") != other.hash(.username, "anna"))
    }

    @Test func `says that it is missing`() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("keys")
        #expect(throws: KeyFileError.missing(path: path)) { try KeyFile(path: path).read() }
        #expect(KeyFileError.missing(path: path).description.contains("restore it"))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o777] as [mode_t])
    func `refuses a file that others may read`(_ mode: mode_t) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("keys")
        _ = try KeyFile(path: path).readOrCreate()
        chmod(path, mode)
        #expect(throws: KeyFileError.permissive(path: path, mode: mode)) { try KeyFile(path: path).readOrCreate() }
    }

    static let good = KeyFile.text(of: .random())

    static let damaged: [(String, Int)] = [
        ("", 1),
        ("baton-keys 2\n", 1),
        ("baton-keys 1\n", 2),
        (Self.good + "sealing 00 11\n", 4),
        (Self.good.replacing("sealing ", with: "ceiling "), 2),
        // One changed letter of a key no longer fits its id.
        (Self.changed(), 2),
    ]

    static func changed() -> String {
        var bytes = Array(Self.good.utf8)
        let index = "baton-keys 1\nsealing 0123456789abcdef ".utf8.count
        bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: Self.damaged)
    func `names the damaged line`(_ text: String, _ line: Int) throws {
        let scratch = try ScratchDirectory()
        try scratch.write(text, to: "keys")
        let path = scratch.file("keys")
        #expect(throws: KeyFileError.malformed(path: path, line: line)) { try KeyFile(path: path).read() }
    }

    @Test func `does not follow a link`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write(Self.good, to: "elsewhere")
        symlink(scratch.file("elsewhere"), scratch.file("keys"))
        #expect(throws: KeyFileError.failed(operation: "open", path: scratch.file("keys"), errno: ELOOP)) {
            try KeyFile(path: scratch.file("keys")).read()
        }
    }

    @Test func `a store without its key file does not get new keys`() throws {
        let scratch = try ScratchDirectory()
        let file = KeyFile(path: scratch.file("keys"))
        let vault = try Vault(keyFile: file, storePath: scratch.file("keys.sqlite"))
        try vault.store.close()
        unlink(scratch.file("keys"))
        #expect(throws: KeyFileError.missing(path: scratch.file("keys"))) {
            _ = try Vault(keyFile: file, storePath: scratch.file("keys.sqlite"))
        }
    }

    @Test func `replaces keys in one step`() throws {
        let scratch = try ScratchDirectory()
        let file = KeyFile(path: scratch.file("keys"))
        let old = try file.readOrCreate()
        let new = try #require(old.rotatingSealing())
        try file.replace(with: new)
        #expect(try file.read().current == new.current)
        #expect(new.current.sealing != old.current.sealing)
        #expect(new.current.pepper == old.current.pepper)
        #expect(scratch.names == ["keys"])
    }
}
