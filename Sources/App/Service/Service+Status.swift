import LiveChannels
import Model
import NIOCore

extension Service {
    /// What each channel is doing, for `baton status`.
    func status() async throws -> Table {
        let columns = [
            "channel", "name", "state", "source", "viewers", "bytes_in", "dropped", "notices", "uptime_seconds",
            "state_seconds", "held_ms", "slate_ms",
        ]
        let rows = self.channels.all.map { channel -> [Table.Cell] in
            let status = channel.status
            return [
                .number(channel.id.rawValue), .text(channel.name), .text(status.word),
                .init(status.source?.rawValue), .number(Int64(status.viewers)), .number(status.bytesIn),
                .number(status.unitsDropped), .number(status.notices),
                .init(status.uptime.map { $0.nanoseconds / 1_000_000_000 }),
                .init(status.pictureAge.map { $0.nanoseconds / 1_000_000_000 }),
                .number(status.standIns.held.milliseconds), .number(status.standIns.slate.milliseconds),
            ]
        }
        return Table(columns: columns, rows: rows)
    }
}
