/// Text of a page.
///
/// Everything but what is marked as markup is escaped, because names come from strangers.
package struct HTML: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package private(set) var text: String

    /// Markup from the program's own text.
    package init(stringLiteral value: String) {
        self.text = value
    }

    package init(stringInterpolation: Interpolation) {
        self.text = stringInterpolation.text
    }

    /// Text from anywhere, escaped.
    package init(escaping text: some StringProtocol) {
        self.text = Self.escaped(text)
    }

    /// The style sheet, which is our own file.
    init(style: String) {
        self.init(markup: style)
    }

    fileprivate init(markup: String) {
        self.text = markup
    }

    package static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.text + right.text) }

    package static func += (left: inout HTML, right: HTML) { left.text += right.text }

    /// `&`, `<`, `>` and both quotes as references; control characters but line ends are dropped.
    ///
    /// Source: HTML Living Standard, 13.1.2.3 (attribute values) and 13.1.4 (character references).
    static func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Puts values between markup: pages as they are, all else escaped.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text: String

        package init(literalCapacity: Int, interpolationCount: Int) {
            self.text = ""
            self.text.reserveCapacity(literalCapacity * 2)
        }

        package mutating func appendLiteral(_ literal: String) { self.text += literal }

        package mutating func appendInterpolation(_ value: HTML) { self.text += value.text }

        package mutating func appendInterpolation(_ value: some StringProtocol) { self.text += HTML.escaped(value) }

        package mutating func appendInterpolation(_ value: some BinaryInteger) { self.text += String(value) }

        /// With at most two decimals, which is finer than a screen's dot.
        package mutating func appendInterpolation(_ value: Double) { self.text += HTML.number(value) }
    }

    /// A number with at most two decimals; 0 for what is no number.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "0" }
        let hundredths = Int64((value * 100).rounded())
        let rest = abs(hundredths % 100)
        let whole = "\(hundredths < 0 && hundredths > -100 ? "-" : "")\(hundredths / 100)"
        if rest == 0 { return hundredths == 0 ? "0" : whole }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension Sequence<HTML> {
    /// One after the other.
    package func joined(by separator: HTML = "") -> HTML {
        var result: HTML = ""
        for (index, part) in self.enumerated() { result += index == 0 ? part : separator + part }
        return result
    }
}
