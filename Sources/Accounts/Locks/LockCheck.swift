import Events
import Model
import Projections
import Vault

/// Judges a viewer by the locks of its credential, on the ledger.
struct LockCheck {
    /// Addresses of carriers' own networks behind their NAT, which tell nothing of a place: RFC 6598.
    private static let shared = AddressRange(NetworkAddress(v4: (100, 64, 0, 0)), bits: 10)

    let locks: Locks
    let device: Device
    let vault: Vault

    /// What was found.
    struct Outcome {
        var refusal: LockRule?
        /// To be remembered of the place, if the viewer is admitted.
        var place: BoundPlace?
    }

    func outcome(for credential: CredentialID, in state: LiveState) throws -> Outcome {
        guard self.locks != Locks() else { return Outcome() }
        let judgement = LockJudgement(
            address: self.device.address,
            origin: self.device.origin,
            userAgent: self.device.userAgent
        )
        if let refusal = judgement.refusal(by: self.locks) { return Outcome(refusal: refusal) }
        guard let countMax = self.locks.firstNetworks, countMax > 0 else { return Outcome() }
        let places = try state.places(of: credential).map(BoundPlace.init)
        switch NetworkLock(countMax: countMax).verdict(self.viewer, among: places) {
        case .known: return Outcome()
        case .refused: return Outcome(refusal: .networkLock)
        case .bind(let place): return Outcome(place: place)
        }
    }

    private var viewer: NetworkLock.Viewer {
        let address = self.device.address
        let network = Self.shared.contains(address) ? Self.shared.address : address.network
        let origin = self.device.origin
        return NetworkLock.Viewer(
            isIPv4: address.isIPv4,
            network: self.vault.installation.hash(.network, network.description).short,
            carrier: origin.asn.map { self.vault.installation.hash(.network, "AS\($0)", origin.country ?? "").short }
        )
    }
}

extension BoundPlace {
    init(_ row: BoundNetworkRow) {
        self.init(number: row.place, v4: row.network4, v6: row.network6, carrier: row.carrier)
    }

    /// The event that records it.
    func bound(to credential: CredentialRow) -> Event {
        .credentialNetworkBound(
            CredentialNetworkBound(
                credential: credential.credential,
                customer: credential.customer,
                place: self.number,
                network4: self.v4,
                network6: self.v6,
                carrier: self.carrier
            )
        )
    }
}
