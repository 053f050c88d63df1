/// Numbers as people read them on a page.
enum Figures {
    /// With a narrow no-break space for each thousand: `12 345.60`.
    static func text(_ value: Double, decimals: Int) -> String {
        let text = DecimalText.text(value, decimals: decimals)
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.count).split(separator: ".")
        guard let whole = parts.first, whole.count > 4 else { return text }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped += "\u{202F}" }
            grouped.append(digit)
        }
        return sign + grouped + parts.dropFirst().map { ".\($0)" }.joined()
    }

    /// Hundredths of the currency as whole amounts and cents.
    static func money(_ amount: Double) -> String { Self.text(amount, decimals: 2) }

    /// Rounded to whole ones; what is less than ten keeps a decimal unless it is whole.
    static func count(_ value: Double) -> String {
        Self.text(value, decimals: abs(value) < 10 && value != value.rounded() ? 1 : 0)
    }

    static func count(_ value: Int64) -> String { Self.text(Double(value), decimals: 0) }

    /// `1 customer`, `12 customers`.
    static func count(_ value: Int64, _ noun: String) -> String {
        "\(Self.count(value)) \(noun)\(value == 1 ? "" : "s")"
    }
}
