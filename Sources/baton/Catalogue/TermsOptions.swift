import ArgumentParser

/// What a plan's terms are, or a credential's in place of its plan's.
struct TermsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What the price buys.", valueName: "standard|premium")) var tier: String?
    @Option(help: "How the stream may be taken: hls, ts, or both with a comma; any for no restriction.")
    var outputs: String?
    @Option(help: "Channels that may be watched, such as 101,102; any for no restriction.") var channels: String?
    @Option(help: "Categories that may be watched, such as News,Sport; with --channels, what either names.")
    var categories: String?
    @Option(
        help: ArgumentHelp(
            "What a start beyond the connections does.",
            valueName: "reject-newest|evict-oldest|supersede"
        )
    )
    var onLimit: String?
    @Option(help: "Addresses and networks to lock to, such as 192.0.2.0/24; any for no lock.")
    var allowedAddresses: String?
    @Option(help: "How many networks to lock to: the first it is seen in; 0 for no lock.") var firstNetworks: Int?
    @Option(help: "Countries to lock to, such as DE,AT; any for no lock.") var allowedCountries: String?
    @Option(help: "Countries to lock out.") var blockedCountries: String?
    @Option(name: .customLong("allowed-asns"), help: "Autonomous systems to lock to, such as 3320; any for no lock.")
    var allowedASNs: String?
    @Option(name: .customLong("blocked-asns"), help: "Autonomous systems to lock out.") var blockedASNs: String?
    @Option(help: "Texts of which the user agent has to hold one; any for no lock.") var allowedAgents: String?
    @Option(help: "Texts of which the user agent may hold none.") var blockedAgents: String?

    /// The options that were given, keyed as in a catalogue file.
    var settings: [String: String] {
        let pairs: KeyValuePairs<String, String?> = [
            "tier": self.tier, "outputs": self.outputs, "channels": self.channels, "categories": self.categories,
            "on_limit": self.onLimit, "allowed_addresses": self.allowedAddresses,
            "first_networks": self.firstNetworks.map(String.init), "allowed_countries": self.allowedCountries,
            "blocked_countries": self.blockedCountries, "allowed_asns": self.allowedASNs,
            "blocked_asns": self.blockedASNs, "allowed_agents": self.allowedAgents,
            "blocked_agents": self.blockedAgents,
        ]
        var settings: [String: String] = [:]
        for case (let key, let value?) in pairs { settings[key] = value }
        return settings
    }
}
