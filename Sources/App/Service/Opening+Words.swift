import Projections

extension ProjectionFile.Opening {
    /// What opening a projection took, for the service's log.
    var words: String {
        switch self {
        case .caughtUp(events: 0): "current"
        case .caughtUp(let events): "caught up with \(events) events"
        case .rebuilt(let reason, let events): "rebuilt from \(events) events (\(reason))"
        }
    }
}
