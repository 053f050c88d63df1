import Glibc
package import NIOCore
import NIOSSL
import Synchronization

/// The certificates that viewers are shown, read anew when their files change.
///
/// Any thread. A connection keeps what it was opened with; only new handshakes see new certificates. When one of the new
/// files can't be used, all stay as they were.
package final class TLSKeyring: Sendable {
    /// How long before its end a certificate is complained about: a renewal has failed by then.
    package static let warningDays = 14
    private static let secondsPerDay = 86_400

    private struct State: Sendable {
        var loaded: [LoadedPair]
        var context: NIOSSLContext
        /// The stamps of files that could not be used, so that they are complained about once.
        var refused: [[LoadedPair.Stamp?]]?
    }

    private let pairs: [TLSPair]
    private let state: Mutex<State>

    /// Reads all pairs; the first is shown to who asks for no name, or for one that no pair has.
    ///
    /// - Throws: ``TLSError`` for the first that can't be used. An empty list is an error, too.
    package init(_ pairs: [TLSPair]) throws(TLSError) {
        self.pairs = pairs
        let (loaded, context) = try Self.load(pairs)
        self.state = Mutex(State(loaded: loaded, context: context))
    }

    /// What has to stand first in the pipeline of a new connection.
    package func makeHandler() -> any ChannelHandler {
        NIOSSLServerHandler(context: self.state.withLock { $0.context })
    }

    /// Reads the files again if they have changed; a line for what was done and for what is wrong.
    ///
    /// Reads files, so not to be called on an event loop.
    package func refresh() -> [String] {
        let (isOutdated, refused) = self.state.withLock { ($0.loaded.contains(where: \.isOutdated), $0.refused) }
        guard isOutdated else { return [] }
        let stamps = self.pairs.map(LoadedPair.stamp)
        guard stamps != refused else { return [] }
        do throws(TLSError) {
            let (loaded, context) = try Self.load(self.pairs)
            self.state.withLock { $0 = State(loaded: loaded, context: context) }
            return ["certificates read again: \(loaded.count)"] + self.warnings(at: time(nil))
        } catch {
            self.state.withLock { $0.refused = stamps }
            return ["the old certificates are kept: \(error)"]
        }
    }

    /// Complaints about certificates that have ended or will soon; `now` in seconds since 1970.
    package func warnings(at now: Int) -> [String] {
        self.state.withLock { $0.loaded }.compactMap { loaded in
            let left = loaded.notAfter - now
            guard left < Self.warningDays * Self.secondsPerDay else { return nil }
            return left <= 0
                ? "the certificate \(loaded.pair.certificate) has ended: players refuse it"
                : "the certificate \(loaded.pair.certificate) ends in \(left / Self.secondsPerDay) days"
        }
    }

    private static func load(_ pairs: [TLSPair]) throws(TLSError) -> ([LoadedPair], NIOSSLContext) {
        var loaded: [LoadedPair] = []
        for pair in pairs { loaded.append(try LoadedPair(pair)) }
        guard let first = loaded.first else { throw TLSError(path: "tls", reason: "names no certificate") }
        var names = HostNames()
        for (index, pair) in loaded.enumerated() {
            for name in pair.names { names.insert(name, for: index) }
        }
        var configuration = first.configuration
        if loaded.count > 1 { configuration.sslContextCallback = Self.chooser(loaded, names) }
        do {
            return (loaded, try NIOSSLContext(configuration: configuration))
        } catch {
            throw TLSError(path: first.pair.certificate, reason: "can't be used")
        }
    }

    /// Chooses by the name that a handshake begins with: RFC 6066, 3.
    private static func chooser(_ loaded: [LoadedPair], _ names: HostNames) -> NIOSSLContextCallback {
        { values, promise in
            guard let host = values.serverHostname, let index = names.index(of: host), index > 0 else {
                return promise.succeed(.noChanges)
            }
            var change = NIOSSLContextConfigurationOverride()
            change.certificateChain = loaded[index].chain
            change.privateKey = loaded[index].key
            promise.succeed(change)
        }
    }
}
