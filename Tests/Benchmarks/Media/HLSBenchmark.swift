import Glibc

/// Playlists and segments against nginx, each server on the same one core, the load on another.
enum HLSBenchmark {
    private static let rounds = 3
    private static let seconds = 1.5
    private static let playlistConnections = 32
    private static let segmentConnections = 8

    /// One server's rounds.
    private struct Found {
        var rounds: [[String: Double]] = []

        /// Requests a second; median.
        var rate: Double { self.perSecond("requests").median }
        /// Gigabytes a second; median.
        var gigabytes: Double { self.perSecond("bytes").median / 1e9 }
        /// What a second of the server's processor gives; of each round.
        func perProcessorSecond(_ what: String) -> [Double] {
            self.rounds.map { ($0[what] ?? 0) / Swift.max($0["cpu"] ?? 0, 1e-3) }
        }

        func perSecond(_ what: String) -> [Double] {
            self.rounds.map { ($0[what] ?? 0) / Swift.max($0["seconds"] ?? 0, 1e-3) }
        }

        var bad: Double { self.rounds.compactMap { $0["bad"] }.reduce(0, +) }
    }

    /// The three that are measured in turn.
    private struct Contest {
        var ours = Found()
        var authorised = Found()
        var plain = Found()

        var bad: Double { self.ours.bad + self.authorised.bad + self.plain.bad }
    }

    static func playlists() throws -> Section {
        let contest = try self.contest(
            open: "playlist",
            paths: [Nginx.playlist],
            connections: self.playlistConnections
        )
        func text(_ found: Found) -> String {
            "\(Figures.short(found.rate))/s, \(Figures.short(found.perProcessorSecond("requests").median)) a CPU second"
        }
        return Section(
            title: "Playlists",
            method: """
                Requests for the media playlist over \(self.playlistConnections) connections that are kept, each with a \
                session of its own, to `DeliveryService` on a real ledger (one event loop, token checked on every \
                request), and to nginx: with `auth_request` to a kept-alive upstream that answers 204, and without any \
                authorisation. \(self.common)
                """,
            findings: [
                self.finding("playlists, against nginx with `auth_request`", contest, "requests", text, .atLeast(2)),
                self.finding("the same, against nginx without authorisation", contest, "requests", text, nil),
            ],
            notes: self.notes(contest)
        )
    }

    static func segments() throws -> Section {
        let names = (0..<MadeUpChannel.segmentCount).map { "\($0).ts" }
        let contest = try self.contest(open: "segments", paths: names, connections: self.segmentConnections)
        func text(_ found: Found) -> String {
            let busy = found.perProcessorSecond("bytes").median / 1e9
            return "\(Figures.short(found.gigabytes)) GB/s, \(Figures.short(busy)) GB a CPU second"
        }
        return Section(
            title: "Segments",
            method: """
                Segments of 3 MB over \(self.segmentConnections) connections that are kept, from memory in ours, by \
                `sendfile` from files in memory in nginx. \(self.common)
                """,
            findings: [
                self.finding("segments, against nginx with `auth_request`", contest, "bytes", text, nil),
                self.finding("segments, against nginx without authorisation", contest, "bytes", text, .atLeast(1)),
            ],
            notes: self.notes(contest)
        )
    }

    private static let common = """
        The server (with its upstream) on one core, the load on another; bodies are thrown away in the load's kernel. The \
        ratio is of what a second of the server's processor gives, all its processes counted; medians of \
        \(rounds) interleaved rounds of \(seconds) s.
        """

    private static func finding(
        _ name: String,
        _ contest: Contest,
        _ what: String,
        _ text: (Found) -> String,
        _ goal: Goal?
    ) -> Finding {
        let peer = name.contains("without") ? contest.plain : contest.authorised
        let pairs = zip(contest.ours.perProcessorSecond(what), peer.perProcessorSecond(what))
        return Finding(
            name,
            ours: text(contest.ours),
            peer: text(peer),
            ratio: pairs.map { $0 / $1 }.median,
            goal: goal
        )
    }

    private static func notes(_ contest: Contest) -> [String] {
        contest.bad == 0 ? [] : ["\(Int(contest.bad)) answers were not 200, so that the figures mean nothing."]
    }

    private static func contest(open: String, paths: [String], connections: Int) throws -> Contest {
        let server = try ServerProcess(customers: self.playlistConnections)
        defer { server.child.end() }
        let session = try Session(port: server.port, user: 0)
        let answer = try Session.get(session.playlist, port: server.port)
        let playlist = answer.firstRange(of: "#EXTM3U").map { Array(answer[$0.lowerBound...].utf8) } ?? []
        let nginx = try Nginx(playlist: playlist)
        defer { nginx.end() }
        func ask(_ port: Int, _ pids: [pid_t], _ what: String) throws -> [String: Double] {
            let pids = pids.map(String.init).joined(separator: ",")
            return try Child.load(
                "requests",
                ["port=\(port)", "connections=\(connections)", "seconds=\(self.seconds)", "pids=\(pids)", what]
            )
        }
        let plain = paths.map { "/\($0)" }.joined(separator: ",")
        let authorised = paths.map(Nginx.authorised).joined(separator: ",")
        var contest = Contest()
        for _ in 0..<self.rounds {
            contest.ours.rounds.append(try ask(server.port, [server.child.pid], "open=\(open)"))
            contest.authorised.rounds.append(try ask(nginx.port, nginx.pids, "paths=\(authorised)"))
            contest.plain.rounds.append(try ask(nginx.port, nginx.pids, "paths=\(plain)"))
        }
        return contest
    }
}
