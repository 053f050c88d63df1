import Glibc
import NIOSSL

/// A pair as it was read from its files.
struct LoadedPair: Sendable {
    let pair: TLSPair
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource
    /// Names it is shown for.
    let names: [String]
    /// Seconds since 1970 at which the certificate ends.
    let notAfter: Int
    private let stamp: [Stamp?]

    /// By what a file is known to be another than before.
    struct Stamp: Hashable, Sendable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.inode = UInt64(status.st_ino)
            self.size = Int64(status.st_size)
            self.seconds = status.st_mtim.tv_sec
            self.nanoseconds = status.st_mtim.tv_nsec
        }
    }

    /// Reads the files and sees that they belong together.
    init(_ pair: TLSPair) throws(TLSError) {
        // Before they are read: a change in between is seen as one.
        self.stamp = Self.stamp(pair)
        let certificates = try Self.certificates(pair.certificate)
        guard let leaf = certificates.first else {
            throw TLSError(path: pair.certificate, reason: "holds no certificate")
        }
        self.pair = pair
        self.chain = certificates.map { .certificate($0) }
        self.key = .privateKey(try Self.key(pair.key))
        self.names = pair.name.map { [$0] } ?? Self.names(of: leaf)
        self.notAfter = Int(leaf.notValidAfter)
        do {
            // The library compares key and certificate when it takes them.
            _ = try NIOSSLContext(configuration: self.configuration)
        } catch {
            throw TLSError(
                path: pair.key,
                reason: "isn't the key of \(pair.certificate), or of a kind that can't be used"
            )
        }
    }

    /// A server's configuration with this pair alone.
    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: self.chain, privateKey: self.key)
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    /// Whether the files are others than those that were read.
    var isOutdated: Bool { Self.stamp(self.pair) != self.stamp }

    static func stamp(_ pair: TLSPair) -> [Stamp?] { [Stamp(pair.certificate), Stamp(pair.key)] }

    private static func certificates(_ path: String) throws(TLSError) -> [NIOSSLCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw TLSError(path: path, reason: self.unreadable(path) ?? "holds no certificate in PEM form")
        }
    }

    private static func key(_ path: String) throws(TLSError) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(file: path, format: .pem)
        } catch {
            throw TLSError(path: path, reason: self.unreadable(path) ?? "holds no private key in PEM form")
        }
    }

    /// What keeps a file from being read; `nil` when nothing does.
    private static func unreadable(_ path: String) -> String? {
        access(path, R_OK) == 0 ? nil : "can't be read: \(String(cString: strerror(errno)))"
    }

    private static func names(of certificate: NIOSSLCertificate) -> [String] {
        var names: [String] = []
        for name in certificate._subjectAlternativeNames() where name.nameType == .dnsName {
            names.append(String(decoding: name.contents, as: UTF8.self))
        }
        return names
    }
}
