import Testing

/// The real program against real peers on loopback.
///
/// One after another, so that each has the machine to itself; what has to happen together happens within a test.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct EndToEndTests {}

/// Carries `body` out for each element at once; the results in order.
func together<Element: Sendable, Result: Sendable>(
    _ elements: [Element],
    _ body: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        for (index, element) in elements.enumerated() {
            group.addTask { (index, try await body(element)) }
        }
        var results: [(Int, Result)] = []
        for try await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
