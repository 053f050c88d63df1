import Model
package import Reports

/// Reads times as an operator writes them: local, or with a Z in UTC.
package enum OperatorTime {
    /// Microseconds since 1970.
    ///
    /// - Throws: ``LogFilterError/malformedTime(_:)``
    package static func microseconds(_ text: String, _ clock: LocalClock) throws -> Int64 {
        guard let time = WallTime(text) else { throw LogFilterError.malformedTime(text) }
        return text.hasSuffix("Z") ? time.microseconds : clock.moment(local: time.seconds).microseconds
    }
}
