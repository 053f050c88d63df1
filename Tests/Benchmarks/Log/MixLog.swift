import EventLog
import Events
import Model

/// Events as they go into a log: encoded, put into frames, appended.
enum MixLog {
    /// Events of one commit.
    static let batch = 1_024

    /// Writes events as the ledger does, without a sync; closes files when they are full and answers what seals them.
    static func append(_ events: [Envelope], to writer: LogWriter) throws -> [SealJob] {
        var json = JSONWriter()
        var jobs: [SealJob] = []
        var start = 0
        while start < events.count {
            let end = min(start + self.batch, events.count)
            try self.append(events[start..<end], to: writer, &json)
            if let job = try writer.sealIfDue(now: events[start].at) { jobs.append(job) }
            start = end
        }
        return jobs
    }

    /// Writes one commit's events.
    static func append(_ events: ArraySlice<Envelope>, to writer: LogWriter, _ json: inout JSONWriter) throws {
        guard let first = events.first, let last = events.last else { return }
        json.removeAll()
        // By index: an iterator would move each of these large values twice.
        for index in events.indices { events[index].write(to: &json) }
        try json.withUnsafeBytes { lines in
            try writer.append(
                lines: lines,
                count: events.count,
                firstSeq: UInt64(clamping: first.seq),
                firstTime: first.at,
                lastTime: last.at
            )
        }
    }

    /// All events as JSON lines.
    static func lines(_ events: [Envelope]) -> [UInt8] {
        var json = JSONWriter(reserving: events.count * 300)
        for event in events { event.write(to: &json) }
        return json.bytes
    }

    /// Settings with which a day is no reason to begin a new file: the made-up week is written in a second.
    static var settings: LogSettings {
        var settings = LogSettings()
        settings.sealAgeSeconds = 30 * 86_400
        return settings
    }

    /// Writes a sealed log; answers its id.
    static func write(_ events: [Envelope], directory: String) throws -> LogID {
        let writer = try LogWriter(directory: directory, settings: self.settings)
        for job in try self.append(events, to: writer) { _ = try job.run() }
        try writer.seal()
        return writer.log
    }
}
