import LiveChannels

extension Service {
    /// Reads the slates again; answers what there is, and complains about those that can't be shown.
    func reloadSlates() -> [String] {
        let entries = self.slateFolder.entries()
        let good = SlateFolder.good(entries)
        self.slates.replace(with: good)
        let complaints = entries.compactMap { entry in
            if case .failure(let error) = entry.slate { "left out: \(error)" } else { nil }
        }
        return ["the service has \(good.count) \(good.count == 1 ? "slate" : "slates")"] + complaints
    }
}
