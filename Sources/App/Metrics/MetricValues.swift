/// Values of metrics by their labels, and the page that tells them.
package struct MetricValues: Hashable, Sendable {
    /// Series of one metric; beyond it the last label's value is `other`: a label must not fill a monitoring's memory.
    package static let seriesMax = 200
    /// Characters of a label's value; what is longer is cut.
    static let labelLengthMax = 100

    private struct Series: Hashable, Comparable {
        var labels: [String]

        static func < (left: Self, right: Self) -> Bool { left.labels.lexicographicallyPrecedes(right.labels) }
    }

    private var values: [Metric: [Series: Double]] = [:]

    package init() {}

    /// Sets a value; `labels` in the order of ``Metric/labels``.
    package mutating func set(_ metric: Metric, _ labels: String..., to value: Double) {
        let series = self.series(metric, labels)
        self.values[metric, default: [:]][series] = value
    }

    /// Adds to a value.
    package mutating func add(_ metric: Metric, _ labels: String..., by amount: Double = 1) {
        let series = self.series(metric, labels)
        self.values[metric, default: [:]][series, default: 0] += amount
    }

    /// Takes over the values of others.
    package mutating func merge(_ other: MetricValues) {
        self.values.merge(other.values) { _, new in new }
    }

    package func value(_ metric: Metric, _ labels: String...) -> Double? {
        self.values[metric]?[Series(labels: labels)]
    }

    private func series(_ metric: Metric, _ labels: [String]) -> Series {
        precondition(labels.count == metric.labels.count, "\(metric.name) has the labels \(metric.labels)")
        var labels = labels.map { String($0.prefix(Self.labelLengthMax)) }
        let known = self.values[metric] ?? [:]
        guard known[Series(labels: labels)] == nil, known.count >= Self.seriesMax, !labels.isEmpty else {
            return Series(labels: labels)
        }
        labels[labels.count - 1] = "other"
        return Series(labels: labels)
    }

    /// All metrics in the Prometheus text format; those without a value are left out, but for their help.
    package var page: String {
        var text = ""
        for metric in Metric.allCases {
            text += "# HELP \(metric.name) \(metric.help).\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            for (series, value) in (self.values[metric] ?? [:]).sorted(by: { $0.key < $1.key }) {
                let labels = zip(metric.labels, series.labels).map { "\($0)=\"\(Self.escaped($1))\"" }
                text += metric.name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}")
                text += " \(Self.number(value))\n"
            }
        }
        return text
    }

    /// A label's value with backslash, quote and line feed escaped.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// Whole numbers without a point.
    static func number(_ value: Double) -> String {
        Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
