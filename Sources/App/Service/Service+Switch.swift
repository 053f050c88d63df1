import LiveChannels
import Model
import NIOCore

extension Service {
    /// Takes a channel to one of its sources as soon as that can be entered; with none, Baton chooses again.
    func switchSource(channel: String, source: String?) async throws -> String {
        guard let number = Int64(channel), let live = self.channels.channel(ChannelID(number)) else {
            throw SwitchError.unknownChannel(channel)
        }
        var target: SourceID?
        if let source {
            guard let number = Int64(source) else { throw SwitchError.unknownSource(source, channel: channel) }
            target = SourceID(number)
        }
        let answer = try await live.switchSource(to: target).get()
        switch answer {
        case .switched: return "channel \(channel) comes from source \(source ?? "") until that fails"
        case .automatic: return "Baton chooses the source of channel \(channel) again"
        case .notRunning: throw SwitchError.notRunning(channel)
        case .unknownSource: throw SwitchError.unknownSource(source ?? "", channel: channel)
        case .failed(let cause): throw SwitchError.failed(source ?? "", cause: cause)
        case .tooSlow: throw SwitchError.tooSlow(source ?? "")
        case .superseded: throw SwitchError.superseded
        }
    }
}

/// Why a channel did not go over to the source that an operator chose.
enum SwitchError: Error, CustomStringConvertible {
    case unknownChannel(String)
    case unknownSource(String, channel: String)
    case notRunning(String)
    case failed(String, cause: String)
    case tooSlow(String)
    case superseded

    var description: String {
        switch self {
        case .unknownChannel(let channel): "there is no channel \(channel)"
        case .unknownSource(let source, let channel):
            "channel \(channel) has no source \(source); its sources are in: baton source list"
        case .notRunning(let channel): "channel \(channel) is not running: nobody watches it"
        case .failed(let source, let cause): "source \(source) could not be opened: \(cause)"
        case .tooSlow(let source):
            "source \(source) sent nothing that a viewer could begin with in time; the channel stays where it is"
        case .superseded: "another switch of this channel was asked for meanwhile"
        }
    }
}
