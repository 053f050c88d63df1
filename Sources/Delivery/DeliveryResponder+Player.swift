import Accounts
import HTTP
import Model
import NIOCore
import Synchronization

/// What apps ask before anybody watches.
extension DeliveryResponder {
    /// Logins are throttled here as those of streams are: a guesser would otherwise only change the door.
    func player(_ route: PlayerRoute, _ request: RequestHead, _ connection: HTTPConnection) {
        guard let player = self.core.player else { return connection.respond(DenialResponses.notFound) }
        guard request.body.isEmpty || request.hasForm else { return connection.respond(DenialResponses.noForm) }
        let address = self.client(of: request, connection)
        let question = PlayerQuestion(
            route,
            request,
            device: self.device(request, address),
            openToken: self.core.configuration.openToken
        )
        let attempt = GuessThrottle.attempt(question.username.clear, question.password.clear, from: address)
        guard self.core.throttle.allowsLogin(attempt, at: self.loop.now) else {
            self.core.counters.throttled.add(1, ordering: .relaxed)
            return connection.respond(DenialResponses.tooManyFailures, isLast: true)
        }
        let origin = request.origin
        let bound = NIOLoopBound((responder: self, connection: connection), eventLoop: self.loop)
        player.answer(question) { reply in
            bound.eventLoop.execute {
                bound.value.responder.told(reply, attempt, origin: origin, bound.value.connection)
            }
        }
    }

    func logo(of channel: ChannelID, _ request: RequestHead, _ connection: HTTPConnection) {
        guard let player = self.core.player else { return connection.respond(DenialResponses.notFound) }
        let bound = NIOLoopBound(connection, eventLoop: self.loop)
        player.logo(of: channel) { reply in
            bound.eventLoop.execute {
                guard let reply else { return bound.value.respond(DenialResponses.notFound) }
                bound.value.respond(reply, origin: nil)
            }
        }
    }

    private func told(
        _ reply: PlayerReply?,
        _ attempt: GuessMachine.Try,
        origin: String?,
        _ connection: HTTPConnection
    ) {
        guard let reply else {
            self.core.throttle.loginUndecided(attempt)
            return connection.respond(DenialResponses.unavailable)
        }
        if reply.isRefused {
            self.core.throttle.loginFailed(attempt, at: self.loop.now)
        } else {
            self.core.throttle.loginSucceeded(attempt, at: self.loop.now)
        }
        self.core.counters.answers.add(1, ordering: .relaxed)
        connection.respond(reply, origin: origin)
    }
}

extension HTTPConnection {
    /// Answers with what an app is told, readable by the page that asked.
    fileprivate func respond(_ reply: PlayerReply, origin: String?) {
        let fields = reply.fileName.map { name in
            [ResponseHead.Field("Content-Disposition", "attachment; filename=\"\(name)\"")]
        }
        let head = ResponseHead(
            reply.status,
            contentType: reply.contentType,
            contentLength: reply.body.readableBytes,
            cacheControl: reply.cacheControl,
            origin: origin,
            fields: fields ?? []
        )
        self.respond(head, body: reply.body)
    }
}
