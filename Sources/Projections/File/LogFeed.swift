package import EventLog
package import Events

/// The events of a log, from one on, as values.
package struct LogFeed: Sendable {
    package let directory: String
    private let disk: any Disk

    package init(directory: String, disk: any Disk = RealDisk()) {
        self.directory = directory
        self.disk = disk
    }

    /// Hands the events after `seq` to `body`, in order, until it answers `false` or the log ends.
    ///
    /// What is damaged in the log is left out; the log's own verification names it.
    /// - Throws: ``LogFeedError`` for a line that is no event of this version, the log's errors, and what `body` throws.
    package func forEach(after seq: Int64, _ body: (Envelope) throws -> Bool) throws {
        let options = LogReader.Options(from: UInt64(clamping: seq &+ 1))
        let log = try LogReader(directory: self.directory, disk: self.disk, options: options)
        var lines = EnvelopeReader()
        var goesOn = true
        while goesOn {
            let found = try log.next { frame in
                try frame.forEachLine { number, line in
                    guard goesOn else { return }
                    let envelope: Envelope
                    do throws(EnvelopeError) {
                        envelope = try lines.read(line.assumingMemoryBound(to: UInt8.self))
                    } catch {
                        throw LogFeedError(seq: number, error: error)
                    }
                    goesOn = try body(envelope)
                }
            }
            if !found { return }
        }
    }
}

/// A line of the log is no event that this version knows.
package struct LogFeedError: Error, Hashable, Sendable, CustomStringConvertible {
    package var seq: UInt64
    package var error: EnvelopeError

    package var description: String {
        "event \(self.seq) can't be read (\(self.error)): the log was written by a newer version; install that or a later one"
    }
}
