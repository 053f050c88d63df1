import Accounts

/// Who asks, and so what is answered.
///
/// The owner is whoever may open the data directory: its files are the permission. Support has a socket of its own, or
/// is what an owner plays (`--role support`) to make something that can be handed on.
package enum Role: String, CaseIterable, Codable, Hashable, Sendable {
    /// Everything.
    case owner
    /// Lists, replays, reports and explanations, with addresses cut to their networks and keys to their beginnings.
    case support
}

/// What a role may not do.
package enum RoleError: Error, Hashable, Sendable, CustomStringConvertible {
    case mayNot(Role)
    case mayNotFollow

    package var description: String {
        switch self {
        case .mayNot(let role):
            "the role \(role.rawValue) may not do this: it looks (lists, replay, reports, explain, log cat) and changes nothing; ask the owner"
        case .mayNotFollow: "the role support may not follow the log; ask for a time with --from and --to"
        }
    }
}

extension AdminRequest {
    /// Whether support may ask it: what changes nothing, and hands over no secret and nobody's whole record.
    ///
    /// Without `default`, so that each new request is judged here.
    var isForSupport: Bool {
        switch self {
        case .list, .show, .connections, .status, .listGuide, .look: true
        case .bans(let request): request.isForSupport
        case .record(let request): request.isForSupport
        case .asSupport(let request): request.isForSupport
        case .add, .change, .remove, .issue, .extend, .convert, .suspendCustomer, .resumeCustomer, .suspend, .resume,
            .rotate, .apply, .importChannels, .exportList, .link, .seal, .kick, .reloadSlates, .importGuide,
            .guideProgress, .setGuide, .unlock, .switchSource, .keepReports, .account, .privacy, .listDeliveries,
            .sendReports:
            false
        }
    }

    /// The request itself, whoever asks it.
    var bare: AdminRequest {
        if case .asSupport(let request) = self { request.bare } else { self }
    }
}

extension BanRequest {
    fileprivate var isForSupport: Bool {
        switch self {
        case .list: true
        case .add, .remove, .export: false
        }
    }
}

extension RecordRequest {
    fileprivate var isForSupport: Bool {
        switch self {
        case .events, .refunds, .excuses: true
        case .addEvent, .recordRefund, .exported, .excuse, .withdrawExcuse: false
        }
    }
}
