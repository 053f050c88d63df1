/// `schemas/metrics.md`: every metric with its labels.
enum MetricPage {
    static var text: String {
        let rows = Metric.allCases.map { metric in
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(metric.help) |"
        }
        return """
            # Metrics

            Written by `baton schema`. The operators' listener tells them at `/metrics`, in the Prometheus text format; counters begin at 0 with each start of the service.

            | metric | kind | labels | what |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
    }
}
