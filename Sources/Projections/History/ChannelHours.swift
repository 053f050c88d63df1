import Events
package import Model

/// One channel in one hour: what was watched, what went wrong, what was hidden.
package struct ChannelHourRow: StoredRow {
    package static let table = "channel_hour"
    package static let statements = TableStatements<ChannelHourRow>()
    package static let empty = ChannelHourRow(channel: .init(0), hour: 0)

    package var channel: ChannelID
    /// Hours since 1970.
    package var hour: Int64
    package var opens: Int64 = 0
    package var closes: Int64 = 0
    package var rejects: Int64 = 0
    package var watchedMs: Int64 = 0
    package var patchedMs: Int64 = 0
    package var bytes: Int64 = 0
    package var watchedSlateMs: Int64 = 0
    package var stalls: Int64 = 0
    package var stalledMs: Int64 = 0
    package var blips: Int64 = 0
    package var blipGapMs: Int64 = 0
    package var downs: Int64 = 0
    package var downMs: Int64 = 0
    package var switches: Int64 = 0
    package var switchGapMs: Int64 = 0
    package var patches: Int64 = 0
    package var hiddenMs: Int64 = 0
    package var visibleMs: Int64 = 0
    package var savedViewerMs: Int64 = 0
    package var affectedViewerMs: Int64 = 0
    package var slates: Int64 = 0
    package var slateMs: Int64 = 0
    package var overlaps: Int64 = 0
    package var overlapMs: Int64 = 0

    package var key: NumberPair { NumberPair(self.channel.rawValue, self.hour) }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("channel", &self.channel)
        visit("hour", &self.hour)
        visit("opens", &self.opens)
        visit("closes", &self.closes)
        visit("rejects", &self.rejects)
        visit("watched_ms", &self.watchedMs)
        visit("patched_ms", &self.patchedMs)
        visit("watched_slate_ms", &self.watchedSlateMs)
        visit("bytes", &self.bytes)
        visit("stalls", &self.stalls)
        visit("stalled_ms", &self.stalledMs)
        visit("blips", &self.blips)
        visit("blip_gap_ms", &self.blipGapMs)
        visit("downs", &self.downs)
        visit("down_ms", &self.downMs)
        visit("switches", &self.switches)
        visit("switch_gap_ms", &self.switchGapMs)
        visit("patches", &self.patches)
        visit("hidden_ms", &self.hiddenMs)
        visit("visible_ms", &self.visibleMs)
        visit("saved_viewer_ms", &self.savedViewerMs)
        visit("affected_viewer_ms", &self.affectedViewerMs)
        visit("slates", &self.slates)
        visit("slate_ms", &self.slateMs)
        visit("overlaps", &self.overlaps)
        visit("overlap_ms", &self.overlapMs)
    }
}

/// The hour rollup of every channel.
struct ChannelHours: Sendable {
    static let schema = """
        -- One row a channel and hour in which something happened. Counts belong to the hour of their event; watched_ms and
        -- down_ms are spread over the hours they were in.
        CREATE TABLE channel_hour(
          channel INTEGER NOT NULL,
          hour INTEGER NOT NULL,               -- hours since 1970
          opens INTEGER NOT NULL,              -- viewers admitted
          closes INTEGER NOT NULL,             -- viewers gone
          rejects INTEGER NOT NULL,            -- viewers refused by a limit
          watched_ms INTEGER NOT NULL,         -- of connections that have ended
          patched_ms INTEGER NOT NULL,         -- of it, filled by patches
          watched_slate_ms INTEGER NOT NULL,   -- of it, a slate
          bytes INTEGER NOT NULL,              -- media written to viewers who have left
          stalls INTEGER NOT NULL,             -- times viewers were skipped ahead or took nothing
          stalled_ms INTEGER NOT NULL,         -- how long those were together
          blips INTEGER NOT NULL,              -- interruptions of the source
          blip_gap_ms INTEGER NOT NULL,        -- their length
          downs INTEGER NOT NULL,              -- times the source was given up for a while
          down_ms INTEGER NOT NULL,            -- time it was away
          switches INTEGER NOT NULL,           -- failovers
          switch_gap_ms INTEGER NOT NULL,      -- media missing at their joints
          patches INTEGER NOT NULL,            -- gaps filled
          hidden_ms INTEGER NOT NULL,          -- filled so that nobody saw it
          visible_ms INTEGER NOT NULL,         -- filled, but to be seen
          saved_viewer_ms INTEGER NOT NULL,    -- hidden_ms of each gap times its viewers
          affected_viewer_ms INTEGER NOT NULL, -- visible_ms and slate_ms of each gap times its viewers
          slates INTEGER NOT NULL,             -- times a slate stood in place of the picture
          slate_ms INTEGER NOT NULL,           -- how long
          overlaps INTEGER NOT NULL,           -- times repeated media were dropped
          overlap_ms INTEGER NOT NULL,         -- repeated media that was dropped
          PRIMARY KEY(channel, hour)
        ) WITHOUT ROWID;
        """

    private var hours = RowTable<ChannelHourRow>()

    /// Folds one event, but for the connections that end with it.
    mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        switch envelope.event {
        case .connectionOpened(let it): try self.at(it.channel, envelope, backing) { $0.opens &+= 1 }
        case .limitRejected(let it): try self.at(it.channel, envelope, backing) { $0.rejects &+= 1 }
        case .ingestBlip(let it):
            try self.at(it.channel, envelope, backing) { row in
                row.blips &+= 1
                row.blipGapMs &+= it.gap.rawValue
            }
        case .ingestDown(let it): try self.at(it.channel, envelope, backing) { $0.downs &+= 1 }
        case .ingestRecovered(let it):
            for (hour, ms) in HourSpread(it.down.rawValue, endingAt: envelope.at) {
                try self.in(hour, it.channel, backing) { $0.downMs &+= ms }
            }
        case .failoverSwitch(let it):
            try self.at(it.channel, envelope, backing) { row in
                row.switches &+= 1
                row.switchGapMs &+= it.gap.rawValue
            }
        case .freezePatch(let it):
            try self.at(it.channel, envelope, backing) { row in
                let viewerMs = it.length.rawValue.clampedProduct(it.viewers)
                row.patches &+= 1
                switch it.visibility {
                case .hidden:
                    row.hiddenMs &+= it.length.rawValue
                    row.savedViewerMs &+= viewerMs
                case .visible:
                    row.visibleMs &+= it.length.rawValue
                    row.affectedViewerMs &+= viewerMs
                }
            }
        case .slateShown(let it):
            try self.at(it.channel, envelope, backing) { row in
                row.slates &+= 1
                row.slateMs &+= it.length.rawValue
                row.affectedViewerMs &+= it.length.rawValue.clampedProduct(it.viewers)
            }
        case .overlapDropped(let it):
            try self.at(it.channel, envelope, backing) { row in
                row.overlaps &+= 1
                row.overlapMs &+= it.length.rawValue
            }
        case .accountAdded, .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .dataAged, .nodeStarted, .nodeStopped, .clockStepped, .logDegraded, .supplierAdded, .supplierChanged,
            .supplierRemoved,
            .channelAdded, .channelChanged, .channelRemoved, .sourceAttached, .sourceChanged, .sourceDetached,
            .ingestStarted,
            .ingestStopped, .guideRefreshed, .guideFailed, .archiveDropped, .connectionClosed, .connectionEvicted,
            .clientSeen, .customerAdded, .customerChanged,
            .customerErased, .refundRecorded, .planAdded, .planChanged, .planRemoved, .credentialIssued,
            .credentialChanged,
            .credentialSuspended, .credentialResumed, .customerSuspended, .customerResumed, .credentialRotated,
            .credentialExpired, .credentialRemoved,
            .operatorSignedIn, .operatorRefused, .credentialNetworkBound, .credentialNetworksForgotten, .addressBanned,
            .addressUnbanned, .reportExported, .reportSent, .reportFailed, .credentialExcused,
            .excuseWithdrawn, .eventScheduled:
            break
        }
    }

    /// Counts a connection that has ended.
    mutating func ended(_ it: EndedConnection, in backing: Backing) throws {
        for (hour, ms) in HourSpread(it.watched.rawValue, endingAt: it.at) {
            try self.in(hour, it.channel, backing) { $0.watchedMs &+= ms }
        }
        try self.in(it.at.hour, it.channel, backing) { hour in
            hour.closes &+= 1
            hour.bytes &+= it.bytes.rawValue
            hour.patchedMs &+= it.patched.rawValue
            hour.watchedSlateMs &+= it.slate.rawValue
            hour.stalls &+= it.stalls
            hour.stalledMs &+= it.stalled.rawValue
        }
    }

    private mutating func at(
        _ channel: ChannelID,
        _ envelope: Envelope,
        _ backing: Backing,
        _ change: (inout ChannelHourRow) -> Void
    ) throws {
        try self.in(envelope.at.hour, channel, backing, change)
    }

    private mutating func `in`(
        _ hour: Int64,
        _ channel: ChannelID,
        _ backing: Backing,
        _ change: (inout ChannelHourRow) -> Void
    ) throws {
        let key = NumberPair(channel.rawValue, hour)
        try self.hours.update(key, orNew: ChannelHourRow(channel: channel, hour: hour), in: backing, change)
    }

    mutating func write(to tables: TableDatabase) throws { try self.hours.write(to: tables) }

    mutating func trim() { self.hours.trim() }
}
