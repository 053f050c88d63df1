import Delivery
package import Model

/// Bans as a table of nftables, to be loaded with `nft -f`; loading it again replaces it.
///
/// Source: nft(8), sets with intervals and timeouts.
package struct FirewallExport {
    /// An address or network, and for how many seconds more; `nil` for ever.
    package struct Element: Hashable, Sendable {
        package var range: AddressRange
        package var seconds: Int64?

        package init(range: AddressRange, seconds: Int64?) {
            self.range = range
            self.seconds = seconds
        }
    }

    private let elements: [Element]

    package init(_ elements: [Element]) {
        // Intervals of a set must not overlap, so what a wider network holds is left out if that stays as long.
        let ordered = elements.sorted {
            ($0.range.bits, $0.range.description) < ($1.range.bits, $1.range.description)
        }
        var kept: [Element] = []
        for element in ordered {
            if let index = kept.firstIndex(where: {
                $0.range.bits <= element.range.bits && $0.range.contains(element.range.address)
            }) {
                kept[index].seconds = Self.later(kept[index].seconds, element.seconds)
            } else {
                kept.append(element)
            }
        }
        self.elements = kept
    }

    init(_ bans: [AddressBan], now: WallTime) {
        self.init(
            bans.map { ban in
                Element(range: ban.range, seconds: ban.until.map { max($0.seconds - now.seconds, 1) })
            }
        )
    }

    /// The longer of two; a network is not freed before what it holds.
    private static func later(_ left: Int64?, _ right: Int64?) -> Int64? {
        guard let left, let right else { return nil }
        return max(left, right)
    }

    package var text: String {
        """
        # Made by: baton ban export --format nft
        table inet baton {}
        delete table inet baton
        table inet baton {
        \(self.set("banned4", type: "ipv4_addr", isIPv4: true))
        \(self.set("banned6", type: "ipv6_addr", isIPv4: false))
          chain input {
            type filter hook input priority -10; policy accept;
            ip saddr @banned4 drop
            ip6 saddr @banned6 drop
          }
        }

        """
    }

    private func set(_ name: String, type: String, isIPv4: Bool) -> String {
        let own = self.elements.filter { $0.range.address.isIPv4 == isIPv4 }.map { element in
            element.range.description + (element.seconds.map { " timeout \($0)s" } ?? "")
        }
        let elements = own.isEmpty ? "" : "\n    elements = { \(own.joined(separator: ", ")) }"
        return "  set \(name) {\n    type \(type)\n    flags interval, timeout\(elements)\n  }"
    }
}
