import Model

/// `baton import xmltv`: begins an import and follows it to its end.
package enum GuideImportClient {
    /// Time between two questions how far it is.
    private static let askEvery = Duration.milliseconds(500)

    /// Prints what became of it; `progress` gets a line now and then, `done` comes after the last.
    ///
    /// - Throws: what went wrong, to be shown in one line.
    package static func run(
        location: String,
        name: String?,
        privateNetwork: Bool,
        in reach: Reach,
        progress: (String) -> Void,
        done: () -> Void
    ) async throws {
        let request = AdminRequest.importGuide(
            location: Redacted(location),
            name: name ?? GuideFeed.name(of: location),
            privateNetwork: privateNetwork
        )
        var answer = try await AdminClient.send(request, to: reach)
        while answer.error == nil, let job = answer.job {
            for message in answer.messages { progress(message) }
            try await Task.sleep(for: Self.askEvery)
            answer = try await AdminClient.send(.guideProgress(name: job), to: reach)
        }
        done()
        if let error = answer.error { throw AdminError(message: error) }
        for message in answer.messages { print(message) }
    }
}
