/// Every metric as a table, for `baton metrics`.
package enum MetricTable {
    package static var table: Table {
        Table(
            columns: ["metric", "kind", "labels", "what"],
            rows: Metric.allCases.map { metric in
                [
                    .text(metric.name), .text(metric.kind.rawValue), .text(metric.labels.joined(separator: " ")),
                    .text(metric.help),
                ]
            }
        )
    }
}
