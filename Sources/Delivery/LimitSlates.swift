import Accounts
import HTTP
package import LiveChannels
package import Model
import NIOCore
import Synchronization

/// What a viewer sees in place of a refusal, where the operator wants that: a clip in the customer's language.
///
/// Any thread. It is no connection and takes no slot. A player that comes back by itself sees the clip again until its
/// time is over, and then for a while the status that it would have got.
package final class LimitSlates: Sendable {
    /// Viewers of the transport stream that see one at once: 100 kbit/s each, and further ones get the status.
    static let viewersMax = 1_024
    /// Devices whose turn is remembered; each is some 40 bytes.
    static let turnsMax = 16_384
    /// How long a device gets the status before it sees the clip again.
    static let pause = TimeAmount.seconds(60)
    /// Clips kept ready: as many as there are slates.
    private static let clipsMax = SlateShelf.countMax

    private struct State {
        /// With the slate each was made of, which may be another by now.
        var clips: [SlateShelf.Key: (slate: Slate, clip: SlateClip)] = [:]
        /// When each device's turn began.
        var turns = BoundedTable<Int, NIODeadline>(capacity: LimitSlates.turnsMax)
        var viewers = 0
    }

    private let shelf: SlateShelf
    /// Where a customer's is not known.
    private let language: String
    private let length: MediaTime
    private let state = Mutex(State())

    /// Shows the slates of `shelf` for as long as `length`, in `language` to customers without one of their own.
    package init(_ shelf: SlateShelf, language: String, length: MediaTime) {
        self.shelf = shelf
        self.language = language
        self.length = length
    }

    /// What is shown for a refusal; `nil` where only the status serves.
    static func purpose(of denial: Denial) -> SlatePurpose? {
        switch denial {
        case .limitReached: .limitReached
        case .forbidden(.expired), .forbidden(.trialEnded): .expired
        default: nil
        }
    }

    /// Whether it is a device's turn to see the clip; its first question begins the turn.
    func isTurn(of address: PeerAddress, _ username: Redacted<String>, at now: NIODeadline) -> Bool {
        var hasher = Hasher()
        hasher.combine(address)
        hasher.combine(username.clear)
        let device = hasher.finalize()
        let length = TimeAmount.milliseconds(self.length.milliseconds)
        return self.state.withLock { state in
            if let began = state.turns.peek(device), now < began + length + Self.pause { return now < began + length }
            state.turns.insert(now, for: device)
            return true
        }
    }

    /// The clip for a purpose in a customer's language; `nil` when there is no slate for it.
    func clip(_ purpose: SlatePurpose, language: String?) -> (key: SlateShelf.Key, clip: SlateClip)? {
        let wanted = SlateShelf.Key(purpose: purpose, language: language ?? self.language)
        guard let (key, slate) = self.shelf.found(wanted) else { return nil }
        if let known = self.state.withLock({ $0.clips[key] }), known.slate == slate { return (key, known.clip) }
        // Outside the lock: it takes some milliseconds, and two made at once are alike.
        let clip = SlateClip(slate, lasting: self.length)
        self.state.withLock { state in
            if state.clips.count >= Self.clipsMax { state.clips = [:] }
            state.clips[key] = (slate, clip)
        }
        return (key, clip)
    }

    /// A piece of a clip that a playlist of ours has named.
    func piece(_ number: Int64, of key: SlateShelf.Key) -> ByteBuffer? {
        guard let clip = self.clip(key.purpose, language: key.language)?.clip,
            (0..<Int64(clip.pieces.count)).contains(number)
        else { return nil }
        return clip.pieces[Int(number)]
    }

    /// Takes a place among those who see one; `false` when there is none.
    func join() -> Bool {
        self.state.withLock { state in
            guard state.viewers < Self.viewersMax else { return false }
            state.viewers += 1
            return true
        }
    }

    func leave() {
        self.state.withLock { $0.viewers -= 1 }
    }
}
