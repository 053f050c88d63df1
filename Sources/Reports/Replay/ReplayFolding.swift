import Model

/// Folds lines that say the same over and over: forty blips of a supplier are one line.
///
/// Nothing that was seen is folded, and nothing across a line of the customer or the service, so that what belongs
/// together stays together.
enum ReplayFolding {
    /// So many alike make one line.
    static let alikeMin = 3

    static func folded(_ lines: [ReplayLine]) -> [ReplayLine] {
        var result: [ReplayLine] = []
        var run: [ReplayLine] = []
        for line in lines {
            if line.lane == .stream, line.effect.seenMs == 0 {
                run.append(line)
            } else {
                result += Self.foldedRun(run) + [line]
                run = []
            }
        }
        return result + Self.foldedRun(run)
    }

    private struct Key: Hashable {
        var text: String
        var effect: String
    }

    private static func foldedRun(_ run: [ReplayLine]) -> [ReplayLine] {
        let groups = Dictionary(grouping: run.indices) {
            Key(text: Self.plain(run[$0].text), effect: run[$0].effect.word)
        }
        return run.indices.compactMap { index in
            let line = run[index]
            let group = groups[Key(text: Self.plain(line.text), effect: line.effect.word)] ?? []
            guard group.count >= Self.alikeMin else { return line }
            return group.first == index ? Self.one(group.map { run[$0] }) : nil
        }
    }

    private static func one(_ lines: [ReplayLine]) -> ReplayLine {
        var line = lines[0]
        line.times = lines.count
        line.lastAt = lines.last?.at
        line.text = "\(Self.plain(line.text)) ×\(lines.count)"
        let hidden = lines.reduce(0) { $0 + $1.effect.hiddenMs }
        if hidden > 0 { line.effect = .hidden(hidden) }
        return line
    }

    /// Without what differs from one to the next: a length in parentheses at the end.
    private static func plain(_ text: String) -> String {
        guard text.hasSuffix(" s)"), let open = text.lastIndex(of: "(") else { return text }
        return String(text[..<open].dropLast(1))
    }
}
