/// A length of time in milliseconds.
package struct Milliseconds: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A number of bytes.
package struct ByteCount: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Money in hundredths of the operator's currency.
package struct Cents: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// When a channel's source is pulled.
package enum ChannelKeep: String, CaseIterable, Sendable {
    case always
    case onDemand = "on-demand"
}

/// Whether a channel goes back to a better source that is well again.
package enum ReturnPolicy: String, CaseIterable, Sendable {
    case better
    case sticky
}

/// How a viewer takes a stream.
package enum OutputKind: String, CaseIterable, Sendable {
    case hls
    case ts
}

/// Whether viewers could see that a gap was filled.
package enum PatchVisibility: String, CaseIterable, Sendable {
    case hidden
    case visible
}
