import HTTP
import NIOCore

/// `/health` on the operators' listener: 200 while events can be recorded, 503 when not.
final class HealthResponder: HTTPResponder {
    private let isHealthy: @Sendable () -> Bool
    private let up = TextResponse(.ok, "up")
    private let down = TextResponse(.serviceUnavailable, "down")
    private let notFound = TextResponse(.notFound, "not found")

    init(isHealthy: @escaping @Sendable () -> Bool) {
        self.isHealthy = isHealthy
    }

    func respond(to request: RequestHead, on connection: HTTPConnection) {
        let response =
            request.target.segmentCount == 1 && request.target.segment(0).elementsEqual("health".utf8)
            ? (self.isHealthy() ? self.up : self.down) : self.notFound
        connection.respond(response.head, body: response.body)
    }

    func swept(at now: NIODeadline) {}
}
