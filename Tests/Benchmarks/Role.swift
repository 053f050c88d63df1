/// What this program does as a child of itself, each on a core of its own.
///
/// A child ends when its standard input does, so that none outlives the parent.
enum Role {
    /// The product's viewers' side, with a channel that is made up.
    case server(Settings)
    /// Channels with sources.
    case channels(Settings)
    /// What those are taken from.
    case supplier(Settings)
    /// The smallest server that can do a fan-out.
    case fanoutPeer
    /// Asks for playlists or segments as fast as they come.
    case requests(Settings)
    /// Watches live transport streams.
    case viewers(Settings)
    /// Makes a week up.
    case simulate(Settings)
    case rebuild(Settings)
    /// Makes one report of it.
    case report(Settings)

    /// `key=value` arguments.
    struct Settings {
        var values: [String: String] = [:]

        func text(_ key: String) throws -> String {
            guard let value = self.values[key] else { throw UsageError(argument: "\(key)=") }
            return value
        }

        func number(_ key: String) throws -> Int {
            guard let number = Int(try self.text(key)) else { throw UsageError(argument: "\(key)=") }
            return number
        }

        func seconds(_ key: String) throws -> Double {
            guard let number = Double(try self.text(key)) else { throw UsageError(argument: "\(key)=") }
            return number
        }
    }

    /// Reads `--role NAME key=value …`; `nil` when there is no role.
    init?(parsing arguments: [String]) throws {
        guard arguments.first == "--role" else { return nil }
        var settings = Settings()
        for argument in arguments.dropFirst(2) {
            let parts = argument.split(separator: "=", maxSplits: 1)
            guard let key = parts.first else { throw UsageError(argument: argument) }
            settings.values[String(key)] = parts.count == 2 ? String(parts[1]) : ""
        }
        switch arguments.dropFirst().first {
        case "server": self = .server(settings)
        case "channels": self = .channels(settings)
        case "supplier": self = .supplier(settings)
        case "fanout-peer": self = .fanoutPeer
        case "requests": self = .requests(settings)
        case "viewers": self = .viewers(settings)
        case "simulate": self = .simulate(settings)
        case "rebuild": self = .rebuild(settings)
        case "report": self = .report(settings)
        default: throw UsageError(argument: "--role")
        }
    }

    func run() async throws {
        switch self {
        case .server(let settings): try await MediaServer.run(settings)
        case .channels(let settings): try await ChannelServer.run(settings)
        case .supplier(let settings): try ClipSupplier.run(settings)
        case .fanoutPeer: try FanoutPeer.run()
        case .requests(let settings): try RequestLoad.run(settings)
        case .viewers(let settings): try ViewerLoad.run(settings)
        case .simulate(let settings): try ReportRoles.simulate(settings)
        case .rebuild(let settings): try ReportRoles.rebuild(settings)
        case .report(let settings): try ReportRoles.report(settings)
        }
    }
}
