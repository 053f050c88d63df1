import Events
import Model
import Testing

@testable import App

struct MetricsTests {
    private static func events() -> [Event] {
        let (channel, source, supplier) = (ChannelID(1), SourceID(2), SupplierID(rawValue: "al\"pha"))
        let gap: (PatchVisibility, Int64) -> Event = { visibility, viewers in
            .freezePatch(
                FreezePatch(
                    channel: channel,
                    method: "skip-pictures",
                    length: Milliseconds(2_500),
                    visibility: visibility,
                    viewers: viewers,
                    bytes: ByteCount(1)
                )
            )
        }
        return [
            .ingestBlip(
                IngestBlip(
                    channel: channel,
                    source: source,
                    supplier: supplier,
                    cause: "closed",
                    gap: Milliseconds(10),
                    bytes: ByteCount(0)
                )
            ),
            .ingestRecovered(
                IngestRecovered(channel: channel, source: source, supplier: supplier, down: Milliseconds(1_500))
            ),
            .ingestRecovered(
                IngestRecovered(channel: channel, source: source, supplier: supplier, down: Milliseconds(-7))
            ),
            gap(.hidden, 4), gap(.visible, 2), gap(.hidden, 0),
            .failoverSwitch(FailoverSwitch(channel: channel, to: source, why: "stall", gap: Milliseconds(3))),
            .slateShown(SlateShown(channel: channel, why: "no-source", length: Milliseconds(60_000), viewers: 1)),
            .connectionClosed(
                ConnectionClosed(
                    connection: ConnectionID(1),
                    credential: CredentialID(1),
                    customer: CustomerID(rawValue: "c1"),
                    channel: channel,
                    reason: "left",
                    bytes: ByteCount(9),
                    watched: Milliseconds(90_250),
                    patched: Milliseconds(0),
                    stalls: 3
                )
            ),
        ]
    }

    @Test func `events become counters, in seconds, by supplier and by what the viewers saw`() {
        var fold = MetricFold()
        for event in Self.events() { fold.apply(event) }
        let values = fold.values
        #expect(values.value(.events, "freeze.patch") == 3)
        #expect(values.value(.blips, "al\"pha") == 1)
        #expect(values.value(.downSeconds, "al\"pha") == 1.5, "a length below zero counts as none")
        #expect(values.value(.gapSeconds, "hidden") == 5 && values.value(.gapSeconds, "visible") == 2.5)
        #expect(values.value(.viewerGapSeconds, "hidden") == 10 && values.value(.viewerGapSeconds, "visible") == 5)
        #expect(values.value(.failovers, "stall") == 1 && values.value(.slateSeconds) == 60)
        #expect(values.value(.closed, "left") == 1 && values.value(.watchedSeconds) == 90.25)
        #expect(values.value(.stalls) == 3 && values.value(.refunds) == 0)
    }

    @Test func `the page is lines of help, kind and values, as the format has them`() throws {
        var fold = MetricFold()
        for event in Self.events() { fold.apply(event) }
        var values = fold.values
        ProcessFigures.now.tell(&values)
        let lines = values.page.split(separator: "\n")
        var told: [String] = []
        for line in lines where !line.hasPrefix("#") {
            let match = try #require(
                line.wholeMatch(of: #/([a-z_]+)(\{[a-z]+="(?:[^"\\]|\\.)*"(?:,[a-z]+="[^"]*")*\})? ([0-9.e+-]+)/#),
                "\(line)"
            )
            #expect(Double(match.3) != nil)
            told.append(String(match.1))
        }
        let kinds = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.dropFirst(7) }
        #expect(kinds.map(String.init) == Metric.allCases.map { "\($0.name) \($0.kind.rawValue)" })
        #expect(lines.count { $0.hasPrefix("# HELP ") } == Metric.allCases.count)
        // Those of one metric stand together.
        let order = told.map { name in Metric.allCases.firstIndex { $0.name == name } ?? -1 }
        #expect(order == order.sorted() && !order.contains(-1))
        #expect(values.page.contains(#"baton_ingest_blips_total{supplier="al\"pha"} 1"#))
    }

    @Test func `names keep to the conventions`() {
        for metric in Metric.allCases {
            #expect(metric.name.wholeMatch(of: #/(baton|process)_[a-z]+(_[a-z]+)*/#) != nil, "\(metric.name)")
            #expect(!metric.help.isEmpty && !metric.help.hasSuffix(".") && !metric.help.contains("\n"))
            #expect(metric.labels.count <= 2 && Set(metric.labels).count == metric.labels.count)
            #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"))
            // What could name a person or grow with the catalogue is no label.
            #expect(Set(metric.labels).isDisjoint(with: ["channel", "customer", "credential", "connection", "client"]))
        }
    }

    @Test func `a label's values come to an end`() {
        var values = MetricValues()
        for number in 0..<1_000 { values.add(.blips, "supplier \(number)") }
        #expect(values.value(.blips, "supplier 3") == 1)
        #expect(values.value(.blips, "other") == Double(1_000 - MetricValues.seriesMax))
        values.add(.blips, String(repeating: "x", count: 5_000))
        #expect(!values.page.contains(String(repeating: "x", count: MetricValues.labelLengthMax + 1)))
    }

    static let labels: [(String, String)] = [
        ("plain", "plain"), (#"a"b"#, #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\nb", #"a\nb"#), ("ü€", "ü€"),
    ]

    @Test(arguments: labels)
    func `labels are escaped`(_ text: String, _ escaped: String) {
        #expect(MetricValues.escaped(text) == escaped)
    }

    @Test func `the kernel's figures are read behind a name of any kind`() {
        let stat = "4242 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 9 0 3000 123456 250 18446744073709551615"
        var figures = ProcessFigures()
        figures.read(stat: Array(stat.utf8), boot: Array("cpu 1 2\nbtime 1000\n".utf8))
        #expect(figures.processorSeconds == 2 && figures.startSeconds == 1_030)
        #expect(figures.residentBytes > 0)
        for text in ["", "1 (x", "1 (x) S", ")"] {
            var empty = ProcessFigures()
            empty.read(stat: Array(text.utf8), boot: [0xFF])
            #expect(empty.processorSeconds == 0)
        }
        #expect(ProcessFigures.now.openDescriptors > 2)
    }
}
