import Synchronization

/// What a slate is for.
package enum SlatePurpose: String, CaseIterable, Hashable, Sendable {
    /// No source of the channel has anything to show.
    case offAir = "off-air"
    /// The viewer's connections are all taken.
    case limitReached = "limit-reached"
    /// The viewer's credential has expired.
    case expired = "expired"
}

/// The slates there are, by purpose and language; any thread, replaced as a whole when they are read again.
package final class SlateShelf: Sendable {
    /// One slate's place.
    package struct Key: Hashable, Sendable {
        package var purpose: SlatePurpose
        /// As people write it, such as `en` or `pt-BR`.
        package var language: String

        package init(purpose: SlatePurpose, language: String) {
            self.purpose = purpose
            self.language = language
        }
    }

    /// Slates of one installation: three purposes in twenty languages are no more.
    package static let countMax = 64
    /// The language that stands in for those that are missing.
    package static let fallbackLanguage = "en"

    private let slates: Mutex<[Key: Slate]>

    package init(_ slates: [Key: Slate] = [:]) {
        self.slates = Mutex(slates)
    }

    package func replace(with slates: [Key: Slate]) {
        self.slates.withLock { $0 = slates }
    }

    /// The slate for a purpose in a language, or else in English; `nil` when there is neither.
    package func slate(_ purpose: SlatePurpose, language: String) -> Slate? {
        self.found(Key(purpose: purpose, language: language))?.slate
    }

    /// The same, with the place it stands in.
    package func found(_ key: Key) -> (key: Key, slate: Slate)? {
        let fallback = Key(purpose: key.purpose, language: Self.fallbackLanguage)
        return self.slates.withLock { slates in
            slates[key].map { (key, $0) } ?? slates[fallback].map { (fallback, $0) }
        }
    }
}
