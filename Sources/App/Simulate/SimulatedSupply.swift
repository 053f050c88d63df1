import Model

/// How suppliers fail: each channel now and then, and each supplier once in a while with all of its channels.
struct SimulatedSupply {
    private let settings: Simulation.Settings
    private let catalogue: ImportedCatalogue
    /// Milliseconds a patch holds the picture.
    private static let patchMs: Int64 = 20_000
    /// Milliseconds until a patch begins, and until another source is taken.
    private static let patchAfterMs: Int64 = 700
    private static let switchAfterMs: Int64 = 8_000

    init(_ settings: Simulation.Settings, _ catalogue: ImportedCatalogue) {
        self.settings = settings
        self.catalogue = catalogue
    }

    mutating func facts() -> [SimulatedFact] {
        var facts: [SimulatedFact] = []
        for channel in 0..<self.settings.channels {
            guard let stream = self.catalogue.streams["channel-\(channel + 1)"] else { continue }
            var random = SplitMix(seed: self.settings.seed ^ 0xC0FF_EE00 &+ UInt64(channel))
            // From a few failures a week to some a day, as suppliers differ.
            let everyMs = Int64.random(in: 3_600_000...60_000_000, using: &random)
            var at = self.settings.start + Int64.random(in: 0..<everyMs, using: &random)
            while at < self.settings.span.upperBound - 3_600_000 {
                let isLong = Int.random(in: 0..<12, using: &random) == 0
                let length =
                    isLong
                    ? Int64.random(in: 40_000...1_200_000, using: &random)
                    : Int64.random(in: 1_500...25_000, using: &random)
                facts += self.failure(of: stream, at: at, length: length)
                at += length + 60_000 + Int64.random(in: 0..<(2 * everyMs), using: &random)
            }
        }
        return facts
    }

    /// One failure of a channel's first source: the patch, the other source where there is one, and the return.
    private func failure(of stream: ImportedCatalogue.Stream, at: Int64, length: Int64) -> [SimulatedFact] {
        guard let first = stream.sources.first?.supplier.rawValue else { return [] }
        let end = at + length
        let second = stream.sources.count > 1 && length > Self.switchAfterMs ? stream.sources[1].supplier.rawValue : nil
        let dark = second == nil ? end : at + Self.switchAfterMs
        var facts = [self.fact(.down, at, stream, first, order: 0)]
        let patchFrom = at + Self.patchAfterMs
        if patchFrom < dark {
            facts.append(self.fact(.patchBegan, patchFrom, stream, first, order: 1))
            let patchEnd = min(patchFrom + Self.patchMs, dark)
            facts.append(self.fact(.patchEnded, patchEnd, stream, first, order: patchEnd == dark ? 4 : 2))
        }
        facts.append(self.fact(.up, end, stream, first, order: 3))
        if let second {
            facts.append(self.fact(.failover, dark, stream, first, to: second, order: 3))
            facts.append(self.fact(.failover, end + 30_000, stream, second, to: first, order: 5))
        }
        return facts
    }

    private func fact(
        _ kind: ImportedFact.Kind,
        _ at: Int64,
        _ stream: ImportedCatalogue.Stream,
        _ supplier: String,
        to: String = "",
        order: Int
    ) -> SimulatedFact {
        var fact = ImportedFact(at: at, kind)
        fact.stream = stream.name
        fact.supplier = supplier
        fact.toSupplier = to
        return SimulatedFact(fact, order: order)
    }
}
