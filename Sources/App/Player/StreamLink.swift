import Accounts
package import Model
import Vault

/// An address to hand over that tells neither name nor password.
package struct StreamLink: Codable, Hashable, Sendable {
    /// Username or number.
    package var credential: String
    /// Baton keeps no password that could be read.
    package var password: Redacted<String>
    /// The channel it plays; `nil` for the list of all.
    package var channel: String?
    package var output: ListExport.Output
    /// The address up to the path; the configured one when `nil`.
    package var url: String?

    package init(credential: String, password: String, channel: String?, output: ListExport.Output, url: String?) {
        self.credential = credential
        self.password = Redacted(password)
        self.channel = channel
        self.output = output
        self.url = url
    }

    /// `/play/TOKEN…` of a channel, or `get.php` of the list.
    func address(of token: StreamToken, base: String, vault: Vault) throws -> String {
        let text = try token.text(with: vault)
        let isHLS = self.output == .hls
        guard token.channel != nil else {
            return "\(base)/get.php?token=\(text)&type=m3u_plus&output=\(isHLS ? "m3u8" : "ts")"
        }
        return "\(base)/play/\(text)/\(isHLS ? "m3u8" : "ts")"
    }
}
