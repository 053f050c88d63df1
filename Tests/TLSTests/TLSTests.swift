import Foundation
import NIOCore
import NIOEmbedded
import NIOSSL
import TestSupport
import Testing

@testable import TLS

/// Certificates made with `openssl`, each valid for a few days.
private struct Certificates {
    let scratch: ScratchDirectory

    init() throws {
        self.scratch = try ScratchDirectory()
    }

    /// A new certificate and key for these names, in files called `file`.
    @discardableResult
    func make(_ file: String, names: [String], days: Int = 30) throws -> TLSPair {
        let pair = self.pair(file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments =
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                "\(days)",
                "-subj", "/CN=\(names[0])", "-addext",
                "subjectAltName=\(names.map { "DNS:\($0)" }.joined(separator: ","))",
                "-keyout", pair.key, "-out", pair.certificate,
            ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return pair
    }

    func pair(_ file: String) -> TLSPair {
        TLSPair(certificate: "\(self.scratch.path)/\(file).pem", key: "\(self.scratch.path)/\(file).key")
    }
}

/// What a handshake over memory shows to a client that asks for `name`.
private func shown(by keyring: TLSKeyring, to name: String?) throws -> [String] {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    let server = EmbeddedChannel()
    let client = EmbeddedChannel()
    let context = try NIOSSLContext(configuration: configuration)
    let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
    try server.pipeline.syncOperations.addHandler(keyring.makeHandler())
    try client.pipeline.syncOperations.addHandler(handler)
    try server.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try client.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 2)).wait()
    for _ in 0..<20 {
        while let bytes = try client.readOutbound(as: ByteBuffer.self) { try server.writeInbound(bytes) }
        server.embeddedEventLoop.run()
        while let bytes = try server.readOutbound(as: ByteBuffer.self) { try client.writeInbound(bytes) }
        client.embeddedEventLoop.run()
    }
    let certificate = try #require(handler.peerCertificate)
    // Neither waits for the other's farewell for longer than this.
    for channel in [server, client] {
        channel.close(promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
    }
    return certificate._subjectAlternativeNames().map { String(decoding: $0.contents, as: UTF8.self) }
}

struct HostNamesTests {
    @Test(arguments: [
        ("one.example", 0 as Int?), ("ONE.example", 0), ("one.example.", 0), ("a.two.example", 1),
        ("b.A.two.example", nil), ("two.example", nil), ("exact.two.example", 2), ("", nil), (".", nil),
        ("other.example", nil), ("*.two.example", 1),
    ])
    func `an exact name comes before its parent's star`(_ host: String, _ index: Int?) {
        var names = HostNames()
        names.insert("One.Example", for: 0)
        names.insert("one.example", for: 3)
        names.insert("*.two.example", for: 1)
        names.insert("exact.two.example", for: 2)
        #expect(names.index(of: host) == index)
    }
}

struct TLSKeyringTests {
    @Test func `shows the certificate of the name that is asked for, else the first`() throws {
        let certificates = try Certificates()
        var named = try certificates.make("named", names: ["inside.example"])
        named.name = "outside.example"
        let keyring = try TLSKeyring([
            try certificates.make("one", names: ["one.example"]),
            try certificates.make("two", names: ["two.example", "*.two.example"]), named,
        ])
        let cases = [
            ("one.example", "one.example"), ("two.example", "two.example"), ("a.two.example", "two.example"),
            ("outside.example", "inside.example"), ("inside.example", "one.example"), ("else.example", "one.example"),
        ]
        for (host, first) in cases { #expect(try shown(by: keyring, to: host).first == first, "\(host)") }
        #expect(try shown(by: keyring, to: nil).first == "one.example")
    }

    @Test func `says what is wrong with which file`() throws {
        let certificates = try Certificates()
        let good = try certificates.make("good", names: ["good.example"])
        let other = try certificates.make("other", names: ["other.example"])
        let text = "\(certificates.scratch.path)/text.pem"
        try Data("nothing".utf8).write(to: URL(filePath: text))
        let cases: [([TLSPair], String)] = [
            ([], "names no certificate"),
            ([certificates.pair("none")], "none.pem: can't be read: No such file"),
            ([TLSPair(certificate: text, key: good.key)], "text.pem: holds no certificate"),
            ([TLSPair(certificate: good.certificate, key: text)], "text.pem: holds no private key"),
            ([good, TLSPair(certificate: good.certificate, key: other.key)], "other.key: isn't the key of"),
        ]
        for (pairs, said) in cases {
            let error = #expect(throws: TLSError.self) { try TLSKeyring(pairs) }
            #expect(error.map { "\($0)".contains(said) } ?? false, "\(error.map { "\($0)" } ?? "none"): \(said)")
        }
    }

    @Test func `new files are shown, broken ones leave the old and are complained about once`() throws {
        let certificates = try Certificates()
        let pair = try certificates.make("one", names: ["old.example"])
        let keyring = try TLSKeyring([pair])
        #expect(keyring.refresh() == [])
        try certificates.make("one", names: ["new.example"])
        #expect(keyring.refresh() == ["certificates read again: 1"])
        #expect(try shown(by: keyring, to: nil) == ["new.example"])

        try Data("half a certif".utf8).write(to: URL(filePath: pair.certificate))
        let told = keyring.refresh()
        #expect(told.count == 1 && told[0].contains("the old certificates are kept"), "\(told)")
        #expect(keyring.refresh() == [])
        #expect(try shown(by: keyring, to: nil) == ["new.example"])

        try certificates.make("one", names: ["newer.example"])
        #expect(keyring.refresh().count == 1)
        #expect(try shown(by: keyring, to: nil) == ["newer.example"])
    }

    @Test func `an end that is near is told`() throws {
        let certificates = try Certificates()
        let keyring = try TLSKeyring([
            try certificates.make("short", names: ["short.example"], days: 5),
            try certificates.make("long", names: ["long.example"], days: 60),
        ])
        let now = Int(Date().timeIntervalSince1970)
        let told = keyring.warnings(at: now)
        #expect(told.count == 1 && told[0].contains("short.pem ends in "), "\(told)")
        #expect(keyring.warnings(at: now + 6 * 86_400).first?.contains("has ended") == true)
    }
}
