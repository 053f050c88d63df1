import Accounts
import Events

/// Lines of the log about viewers who were refused or ended by a rule, as sentences for support.
enum LogWords {
    /// `nil` for other lines.
    static func sentence(_ line: UnsafeRawBufferPointer) -> String? {
        guard let envelope = try? Envelope(parsing: Array(line)) else { return nil }
        switch envelope.event {
        case .limitRejected(let it):
            return
                "\(envelope.at) credential \(it.credential), channel \(it.channel): refused. \(SlotWords.sentence(it))"
        case .connectionEvicted(let it):
            return
                "\(envelope.at) credential \(it.credential), connection \(it.connection): ended. \(SlotWords.sentence(it))"
        default: return nil
        }
    }
}
