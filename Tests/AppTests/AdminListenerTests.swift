import Foundation
import Glibc
import Testing

@testable import App

struct AdminListenerTests {
    /// More than there are threads for tasks on any machine that runs this.
    private static let silentClients = 200

    @Test func `clients that say nothing hold up nobody`() async throws {
        var template = Array("/tmp/baton-admin-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(directory) }
        let listener = try AdminListener(dataDirectory: directory)
        defer { listener.stop() }
        listener.start { _ in AdminAnswer(messages: ["here"]) }
        let silent = try (0..<Self.silentClients).map { _ in
            try #require(try Self.connect(AdminSocket.path(in: directory)))
        }
        defer { for descriptor in silent { close(descriptor) } }
        let answer = try await Self.onThread { try AdminSocket.send(.status, to: AdminSocket.path(in: directory)) }
        #expect(answer?.messages == ["here"])
        // The answer came while they were all still being listened to, not when they had been given up.
        var bytes = [UInt8](repeating: 0, count: 1)
        let given = silent.count { recv($0, &bytes, bytes.count, Int32(MSG_DONTWAIT)) >= 0 || errno != EAGAIN }
        #expect(given == 0)
    }

    @Test func `what is no request is answered with why`() async throws {
        var template = Array("/tmp/baton-admin-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(directory) }
        let listener = try AdminListener(dataDirectory: directory)
        defer { listener.stop() }
        listener.start { _ in AdminAnswer(messages: ["here"]) }
        let client = try #require(try Self.connect(AdminSocket.path(in: directory)))
        defer { close(client) }
        #expect(send(client, "nonsense\n", 9, Int32(MSG_NOSIGNAL)) == 9)
        let line = try await Self.onThread { try AdminSocket.readLine(from: client) }
        let answer = String(decoding: line, as: UTF8.self)
        #expect(answer.contains("the request could not be read"))
    }

    /// What blocks has a thread of its own here too: tests share theirs.
    private static func onThread<Answer: Sendable>(
        _ body: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }

    private static func connect(_ path: String) throws -> Int32? {
        let descriptor = try AdminSocket.makeSocket()
        let code = try AdminSocket.withAddress(path) { Glibc.connect(descriptor, $0, $1) }
        if code == 0 { return descriptor }
        close(descriptor)
        return nil
    }
}
