import HTTP
import NIOCore

/// What operators' programs ask: `/health`, 200 while events can be recorded and 503 when not, and `/metrics`.
final class HealthResponder: HTTPResponder {
    private let isHealthy: @Sendable () -> Bool
    private let metrics: MetricsService
    private let up = TextResponse(.ok, "up")
    private let down = TextResponse(.serviceUnavailable, "down")
    private let notFound = TextResponse(.notFound, "not found")

    init(isHealthy: @escaping @Sendable () -> Bool, metrics: MetricsService) {
        self.isHealthy = isHealthy
        self.metrics = metrics
    }

    func respond(to request: RequestHead, on connection: HTTPConnection) {
        guard request.target.segmentCount == 1 else { return Self.answer(self.notFound, on: connection) }
        let path = request.target.segment(0)
        if path.elementsEqual("health".utf8) {
            Self.answer(self.isHealthy() ? self.up : self.down, on: connection)
        } else if path.elementsEqual("metrics".utf8) {
            self.tellMetrics(on: connection)
        } else {
            Self.answer(self.notFound, on: connection)
        }
    }

    func swept(at now: NIODeadline) {}

    /// Made on another thread, told on the connection's.
    private func tellMetrics(on connection: HTTPConnection) {
        guard let loop = connection.eventLoop else { return }
        let bound = NIOLoopBound(connection, eventLoop: loop)
        self.metrics.page { page in
            loop.execute {
                let body = ByteBuffer(string: page)
                let head = ResponseHead(
                    .ok,
                    contentType: "text/plain; version=0.0.4; charset=utf-8",
                    contentLength: body.readableBytes,
                    cacheControl: "no-store"
                )
                bound.value.respond(head, body: body)
            }
        }
    }

    private static func answer(_ response: TextResponse, on connection: HTTPConnection) {
        connection.respond(response.head, body: response.body)
    }
}
