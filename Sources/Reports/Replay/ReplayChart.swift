import Model

/// The strip chart of an evening: lanes for the customer's devices, the picture they had, the sources, the service.
struct ReplayChart {
    let facts: ReplayFacts
    let clock: LocalClock
    let timeline: ReplayTimeline

    private static let width = 960.0
    private static let labelWidth = 190.0
    /// Letters that fit there.
    private static let nameMax = 27
    private static let laneHeight = 26.0
    private static let barHeight = 16.0
    private static let headHeight = 22.0
    /// Anything shorter could not be seen.
    private static let barWidthMin = 2.0
    /// Devices that get a lane of their own; further ones share the last.
    private static let devicesMax = 6

    init(_ facts: ReplayFacts, clock: LocalClock) {
        self.facts = facts
        self.clock = clock
        self.timeline = ReplayTimeline(facts)
    }

    /// An `svg` element.
    var svg: HTML {
        let lanes = self.deviceLanes + [self.pictureLane] + self.sourceLanes + [self.systemLane]
        let height = Self.headHeight + Double(lanes.count) * Self.laneHeight + 4
        let rows = lanes.enumerated().map { self.row($1, at: Self.headHeight + Double($0) * Self.laneHeight) }
        return """
            <svg viewBox="0 0 \(Self.width) \(height)" role="img" aria-label="What happened when">
            \(self.grid(height))
            \(rows.joined(by: "\n"))
            </svg>
            """
    }

    private struct Bar {
        var from: WallTime
        var to: WallTime
        var style: String
        var title: String
    }

    private struct Lane {
        var name: String
        var bars: [Bar]
    }
}

// The lanes.
extension ReplayChart {
    private var deviceLanes: [Lane] {
        var names: [String] = []
        var lanes: [String: [Bar]] = [:]
        for playback in self.facts.playbacks {
            let words = playback.device.words
            if !names.contains(words), names.count < Self.devicesMax { names.append(words) }
            let name = names.contains(words) ? words : names.last ?? words
            let to = playback.closed ?? self.facts.knownUntil
            let title = "\(self.timeline.name(playback.channel)), \(self.span(playback.opened, to))"
            lanes[name, default: []].append(Bar(from: playback.opened, to: to, style: "watch", title: title))
        }
        for refusal in self.facts.refusals {
            let words = refusal.device.words
            if !names.contains(words), names.count < Self.devicesMax { names.append(words) }
            let name = names.contains(words) ? words : names.last ?? words
            let title = "refused \(self.clock.timeOfDay(refusal.at))"
            lanes[name, default: []].append(Bar(from: refusal.at, to: refusal.at, style: "refused", title: title))
        }
        return names.map { Lane(name: $0, bars: lanes[$0] ?? []) }
    }

    /// What their screens showed: fine while they watched, with what stood in its place on top.
    private var pictureLane: Lane {
        var bars = self.facts.playbacks.map { playback in
            let to = playback.closed ?? self.facts.knownUntil
            return Bar(from: playback.opened, to: to, style: "ok", title: "picture, \(self.span(playback.opened, to))")
        }
        for span in self.facts.pictures where self.timeline.watchedMs(of: span) > 0 {
            let ms = self.timeline.watchedMs(of: span)
            let title =
                "\(self.timeline.name(span.channel)): \(span.words), \(Spoken.seconds(ms)), \(self.clock.timeOfDay(span.from))"
            bars.append(Bar(from: span.from, to: span.to, style: span.kind.rawValue, title: title))
        }
        return Lane(name: "picture", bars: bars)
    }

    private var sourceLanes: [Lane] {
        let watched = Set(self.facts.playbacks.map(\.channel))
        let channels = watched.filter { channel in self.facts.sources.contains { $0.channel == channel } }.sorted()
        return channels.prefix(4).map { channel in
            Lane(name: "sources of \(self.timeline.name(channel))", bars: self.sourceBars(channel))
        }
    }

    /// A source is away from `down` to the next failover or its return.
    private func sourceBars(_ channel: ChannelID) -> [Bar] {
        let facts = self.facts.sources.filter { $0.channel == channel }
        return facts.enumerated().compactMap { index, fact in
            let title = "\(fact.words), \(self.clock.timeOfDay(fact.at))"
            switch fact.deed {
            case .blip:
                return Bar(
                    from: fact.at,
                    to: fact.at.advanced(milliseconds: fact.lengthMs),
                    style: "down",
                    title: title
                )
            case .down:
                let end = facts[(index + 1)...].first { $0.deed.endsDown }?.at
                return Bar(from: fact.at, to: end ?? self.facts.knownUntil, style: "down", title: title)
            case .failover: return Bar(from: fact.at, to: fact.at, style: "system", title: title)
            case .recovered, .repeated: return nil
            }
        }
    }

    private var systemLane: Lane {
        Lane(
            name: "service and account",
            bars: self.facts.system.map { fact in
                let from = fact.silence?.lowerBound ?? fact.at
                return Bar(
                    from: from,
                    to: fact.at,
                    style: "system",
                    title: "\(fact.text), \(self.clock.timeOfDay(fact.at))"
                )
            }
        )
    }

    private func span(_ from: WallTime, _ to: WallTime) -> String {
        "\(self.clock.timeOfDay(from))–\(self.clock.timeOfDay(to))"
    }
}

// How they are drawn.
extension ReplayChart {
    private func x(_ time: WallTime) -> Double {
        let window = self.facts.window
        let whole = Double(max(1, window.lowerBound.microseconds(until: window.upperBound)))
        let part = Double(window.lowerBound.microseconds(until: min(max(time, window.lowerBound), window.upperBound)))
        return Self.labelWidth + part / whole * (Self.width - Self.labelWidth - 2)
    }

    private func row(_ lane: Lane, at y: Double) -> HTML {
        let top = y + (Self.laneHeight - Self.barHeight) / 2
        let bed: HTML = """
            <rect class="bed" x="\(Self.labelWidth)" y="\(top)" width="\(Self.width - Self.labelWidth - 2)" \
            height="\(Self.barHeight)" rx="3"/>
            """
        let name: HTML = """
            <text class="name" x="0" y="\(top + Self.barHeight - 4)">\(Self.short(lane.name))</text>
            """
        let bars = lane.bars.filter { $0.to >= self.facts.window.lowerBound && $0.from < self.facts.window.upperBound }
        return name + bed + bars.map { self.rect($0, top: top) }.joined()
    }

    private func rect(_ bar: Bar, top: Double) -> HTML {
        let from = self.x(bar.from)
        let width = max(Self.barWidthMin, self.x(bar.to) - from)
        return """
            <rect class="\(bar.style)" x="\(from)" y="\(top)" width="\(width)" height="\(Self.barHeight)" \
            rx="2"><title>\(bar.title)</title></rect>
            """
    }

    private func grid(_ height: Double) -> HTML {
        self.ticks.map { tick in
            let x = self.x(tick)
            // The last one would be cut off.
            let anchor = x > Self.width - 20 ? "end" : "middle"
            return """
                <line class="grid" x1="\(x)" y1="16" x2="\(x)" y2="\(height)"/>\
                <text x="\(x)" y="12" text-anchor="\(anchor)">\(self.clock.hourAndMinute(tick))</text>
                """ as HTML
        }.joined(by: "\n")
    }

    /// Round times, between four and twelve of them.
    private var ticks: [WallTime] {
        let window = self.facts.window
        let minutes = window.lowerBound.milliseconds(until: window.upperBound) / 60_000
        let step: Int64 = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].first { minutes / $0 <= 12 } ?? 10_080
        let stepMicroseconds = step * 60_000_000
        let shift = window.lowerBound.microseconds(until: self.clock.local(window.lowerBound))
        let first = (window.lowerBound.microseconds + shift) / stepMicroseconds * stepMicroseconds - shift
        return (1...14).map { WallTime(microseconds: first + Int64($0) * stepMicroseconds) }.filter(window.contains)
    }

    private static func short(_ name: String) -> String {
        name.count > Self.nameMax ? "\(name.prefix(Self.nameMax - 1))…" : name
    }
}

extension SourceFact.Deed {
    /// Whether a source that was away is away no longer, or no longer needed.
    fileprivate var endsDown: Bool {
        switch self {
        case .recovered, .failover: true
        case .blip, .down, .repeated: false
        }
    }
}
