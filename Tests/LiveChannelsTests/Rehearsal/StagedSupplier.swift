@testable import Ingest
import Model
import NIOCore
@testable import TestKit

/// A scripted supplier without sockets, on a clock that is told: what the one of the soak sends, at the same times.
final class StagedSupplier {
    /// What a request brings, besides media that plays.
    private enum Line {
        case plays(Feed)
        /// To be answered as soon as the supplier does.
        case asked(String)
        case silent(since: MediaTime)
    }

    /// Media that was on air before the first request.
    private static let history = MediaTime(seconds: 35)
    /// After this long without a byte whoever asked gives up.
    private static let patience = MediaTime(milliseconds: Int64(IngestConfiguration().firstByteMilliseconds))

    private var broadcast: Broadcast
    private var state = LineState()
    private let script: Script
    private let ahead: MediaTime
    private var nextStep = 0
    private var scriptBegan: MediaTime?
    private var lines: [Int: Line] = [:]
    private var connections: UInt64 = 0

    /// `lead`: how much further in the programme it is than others.
    init(_ reel: Reel, script: Script = Script(), lead: MediaTime = .zero) {
        self.broadcast = Broadcast(reel)
        self.script = script
        self.ahead = Self.history + lead
    }

    /// Somebody asks for `path`; `request` is his name for it.
    func asked(_ path: String, request: Int, at time: MediaTime) -> [TransferEvent] {
        let now = time + self.ahead
        if self.scriptBegan == nil { self.scriptBegan = now }
        self.connections += 1
        self.broadcast.advance(to: now)
        if let answer = self.state.answer(at: now) { return self.refuse(answer, request, now) }
        guard path.hasSuffix("/live.ts") else {
            self.lines[request] = .asked(path)
            return []
        }
        let seed = self.script.seed &+ self.connections
        self.lines[request] = .plays(Feed(self.broadcast, entry: self.state.entry, seed: seed))
        return [Self.head(200, path)]
    }

    func left(_ request: Int) { self.lines[request] = nil }

    /// Time passed; what came of each request.
    func turned(at time: MediaTime) -> [(request: Int, events: [TransferEvent])] {
        let now = time + self.ahead
        var told = self.runScript(now)
        self.broadcast.hasClock(self.state.hasClock(at: now))
        self.broadcast.advance(to: now)
        for request in self.lines.keys.sorted() { told.append((request, self.play(request, now))) }
        return told
    }

    private static func head(_ status: Int, _ path: String) -> TransferEvent {
        .head(TransferHead(status: status, effectiveURL: Redacted(path)))
    }

    private static func bytes(_ bytes: [UInt8]) -> [TransferEvent] {
        bytes.isEmpty ? [] : [.bytes(ByteBuffer(bytes: bytes))]
    }

    private func refuse(_ answer: Fault.Answer, _ request: Int, _ now: MediaTime) -> [TransferEvent] {
        switch answer {
        case .status(let code): [.finished(.httpStatus(code))]
        case .redirectLoop: [.finished(.tooManyRedirects)]
        case .page: Self.bytes(Array("<!DOCTYPE html><html><body>Pay</body></html>\n".utf8)) + [.finished(nil)]
        case .empty: [.finished(nil)]
        case .silence: self.keepSilent(request, now)
        }
    }

    private func keepSilent(_ request: Int, _ now: MediaTime) -> [TransferEvent] {
        self.lines[request] = .silent(since: now)
        return []
    }

    private func play(_ request: Int, _ now: MediaTime) -> [TransferEvent] {
        switch self.lines[request] {
        case .plays(var feed):
            let backlog = self.state.stall(at: now)
            if backlog == .lost { feed.skip(self.broadcast) }
            let bytes =
                backlog == nil
                ? feed.due(self.broadcast, upTo: self.state.limit(at: now), self.state.line(at: now)) : []
            self.lines[request] = bytes == nil ? nil : .plays(feed)
            return bytes.map(Self.bytes) ?? [.finished(nil)]
        case .asked(let path):
            guard self.state.stall(at: now) == nil else { return [] }
            self.lines[request] = nil
            return self.shelf(path, now)
        case .silent(let since) where now - since >= Self.patience:
            self.lines[request] = nil
            return [.finished(.timedOut(.firstByte))]
        case .silent, nil: return []
        }
    }

    private func shelf(_ path: String, _ now: MediaTime) -> [TransferEvent] {
        let name = path.split(separator: "/", omittingEmptySubsequences: true).dropFirst(2).joined(separator: "/")
        switch Shelf(self.broadcast, self.state, now: now).answer("/" + name) {
        case .playlist(let text): return [Self.head(200, path)] + Self.bytes(Array(text.utf8)) + [.finished(nil)]
        case .segment(let bytes): return [Self.head(200, path)] + Self.bytes(bytes) + [.finished(nil)]
        case .absent: return [.finished(.httpStatus(404))]
        }
    }

    private func runScript(_ now: MediaTime) -> [(request: Int, events: [TransferEvent])] {
        guard let began = self.scriptBegan else { return [] }
        var told: [(request: Int, events: [TransferEvent])] = []
        while self.nextStep < self.script.steps.count,
            self.script.steps[self.nextStep].at <= (now - began).seconds
        {
            told += self.carryOut(self.script.steps[self.nextStep].fault, now)
            self.nextStep += 1
        }
        return told
    }

    private func carryOut(_ fault: Fault, _ now: MediaTime) -> [(request: Int, events: [TransferEvent])] {
        self.broadcast.advance(to: now)
        self.state.begin(fault, at: now)
        switch fault {
        case .times(let times): self.broadcast.move(times)
        case .changePIDs: self.broadcast.changePIDs()
        default: break
        }
        return self.lines.keys.sorted().compactMap { request in
            guard case .plays(var feed) = self.lines[request] else { return nil }
            switch fault {
            case .garbage(let count):
                let events = Self.bytes(feed.garbage(count))
                self.lines[request] = .plays(feed)
                return (request, events)
            case .close, .answer: return (request, self.end(request, [.finished(nil)]))
            case .reset: return (request, self.end(request, [.finished(.reset)]))
            case .closeInPacket:
                return (request, self.end(request, Self.bytes(feed.part(self.broadcast)) + [.finished(nil)]))
            default: return nil
            }
        }
    }

    private func end(_ request: Int, _ events: [TransferEvent]) -> [TransferEvent] {
        self.lines[request] = nil
        return events
    }
}
