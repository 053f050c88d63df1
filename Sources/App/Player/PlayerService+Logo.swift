import Accounts
import Delivery
import Ledger
import Model
import Projections
import Vault

extension PlayerService {
    func logo(of channel: ChannelID, reply: @escaping @Sendable (PlayerReply?) -> Void) {
        self.run(reply) { service, reply in
            guard let logo = try? service.ledger.read({ try service.source(of: channel, $0) }) else {
                return reply(nil)
            }
            service.logos.logo(
                named: logo.name,
                at: logo.url,
                allowsPrivateNetwork: logo.allowsPrivateNetwork,
                reply
            )
        }
    }

    /// Where a channel's logo is; `nil` when it has none.
    private func source(
        of channel: ChannelID,
        _ state: LiveState
    ) throws -> (name: String, url: Redacted<String>, allowsPrivateNetwork: Bool)? {
        guard let row = try state.channel(channel), let url = try ChannelLogo.open(row, with: self.vault) else {
            return nil
        }
        // A logo may be where the channel's suppliers may be.
        let isPrivate = try state.sources(of: channel).contains { source in
            try state.supplier(source.supplier)?.privateNetwork ?? false
        }
        // Sealed anew whenever the address changes; nothing can be read out of it.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in (row.logo ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return ("\(channel)-\(String(hash, radix: 16))", url, isPrivate)
    }
}
