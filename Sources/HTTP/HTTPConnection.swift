package import NIOCore
import NIOTLS

/// One connection of the media path; touched on its event loop only.
///
/// Requests are answered one after the other in their order. Writes made while bytes are being read go out with one
/// flush at the end of the read.
package final class HTTPConnection: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private enum Use {
        case requests
        case stream(any StreamOwner)
        /// The last answer is written; what still comes in is dropped.
        case ending
    }

    /// The far end of the socket; not necessarily the viewer, see trusted proxies.
    package let peer: PeerAddress
    /// Whom the last request was made for, as its responder found out.
    package var client: PeerAddress
    private let loop: HTTPLoop
    private var context: ChannelHandlerContext?
    private var clock: ConnectionClock
    private var use = Use.requests
    private var parser: RequestParser
    private var input = ByteBuffer()
    private var waiting = CircularBuffer<RequestHead>()
    /// A request whose body is not complete.
    private var expecting: RequestHead?
    private var rejection: RequestRejection?
    private var answering: RequestHead?
    private var isServing = false
    private var isReading = false
    private var needsFlush = false
    private var written: Int64 = 0

    init(loop: HTTPLoop, peer: PeerAddress, isSecure: Bool = false, acceptedAt now: NIODeadline) {
        self.loop = loop
        self.peer = peer
        self.client = peer
        self.parser = RequestParser(limits: loop.configuration.request)
        self.clock = ConnectionClock(configuration: loop.configuration, isSecure: isSecure, acceptedAt: now)
    }

    /// Whether the peer can still be told something.
    package var isOpen: Bool { self.context != nil }

    /// Whether fewer bytes wait than the limit set by ``limitQueue(_:)``.
    package var isWritable: Bool { self.context?.channel.isWritable ?? false }

    /// Bytes that were written and not yet handed to the kernel.
    package var queuedBytes: Int {
        (try? self.context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// How far the peer's receive window reaches, counted from the first byte: what it has acknowledged and has room for.
    ///
    /// It grows only while somebody reads at the other end, whatever the kernels hold in between (RFC 9293, 3.8.6).
    /// `nil` where the kernel doesn't say.
    package var windowEnd: Int64? {
        guard let socket = self.context?.channel as? any SocketOptionProvider else { return nil }
        var found: Int64?
        let answer: EventLoopFuture<TCPInformation> = socket.unsafeGetSocketOption(
            level: .tcp,
            name: TCPInformation.option
        )
        // Done already: the question is asked on the socket's own loop.
        answer.assumeIsolated().whenSuccess { found = $0.windowEnd }
        return found
    }

    /// Bytes written in all, heads included.
    package var writtenBytes: Int64 { self.written }

    /// The loop that this connection is touched on; `nil` when it is closed.
    package var eventLoop: (any EventLoop)? { self.context?.eventLoop }

    /// Answers the request that was given last; does nothing when the connection is closed.
    ///
    /// A `HEAD` request gets the head alone. `sent` is told whether the body reached the kernel whole; it is not
    /// called when there was no connection to write to.
    /// With `isLast` the connection is closed behind the answer, whatever the peer asked for.
    package func respond(
        _ head: ResponseHead,
        body: ByteBuffer? = nil,
        isLast endsConnection: Bool = false,
        sent: ((Bool) -> Void)? = nil
    ) {
        guard let context = self.context, let request = self.answering else { return }
        self.answering = nil
        // Only the end of the connection ends a body without a length; a head alone has no body to end.
        let isEndless = head.contentLength == nil && request.method != .head
        let isLast = endsConnection || !request.keepsAlive || isEndless || self.isEnding
        self.write(isLast ? head.closing : head.persistent, context)
        if let body, request.method != .head, body.readableBytes > 0 {
            self.write(body, context, sent: sent)
        } else {
            sent?(true)
        }
        if isLast {
            self.endOutput(context)
        } else {
            self.flushSoon(context)
        }
        self.serve(context)
    }

    /// Takes the connection for a body without end; the request is answered with ``write(_:)`` from now on.
    package func beginStream(_ owner: any StreamOwner) {
        guard self.context != nil, self.answering != nil, case .requests = self.use else { return }
        self.use = .stream(owner)
        self.input.clear()
        self.waiting.removeAll()
        self.expecting = nil
    }

    /// Gives the connection back before anything was written, so that the request can be answered as any other.
    package func leaveStream() {
        guard case .stream = self.use else { return }
        self.use = .requests
    }

    /// Writes and flushes bytes of a stream.
    package func write(_ bytes: ByteBuffer) {
        guard let context = self.context, case .stream = self.use else { return }
        self.write(bytes, context)
        context.flush()
    }

    /// Bounds what may wait in this process before ``isWritable`` turns false; it turns true again at half of it.
    package func limitQueue(_ bytes: Int) {
        let mark = ChannelOptions.Types.WriteBufferWaterMark(low: max(bytes / 2, 1), high: max(bytes, 1))
        try? self.context?.channel.syncOptions?.setOption(.writeBufferWaterMark, value: mark)
    }

    /// Bounds what the kernel holds for the peer.
    package func limitSendBuffer(_ bytes: Int) {
        try? self.context?.channel.syncOptions?
            .setOption(.socketOption(.so_sndbuf), value: SocketOptionValue(bytes))
    }

    /// Closes at once; what waits is dropped.
    package func close() {
        _ = self.closeNow()
    }

    func swept(at now: NIODeadline) {
        guard let context = self.context else { return }
        let queued = self.queuedBytes
        let verdict = self.clock.swept(written: self.written, queued: queued, at: now)
        switch (verdict, self.use) {
        case (.keep, .stream(let owner)): owner.streamSwept(written: self.written, queued: queued, at: now)
        case (.keep, _): break
        case (.close, _): context.close(promise: nil)
        case (.timeOutHead, _):
            // A peer that has sent nothing at all is not owed an answer.
            guard self.input.readableBytes > 0, case .requests = self.use else { return context.close(promise: nil) }
            self.end(with: TextResponse(.requestTimeout, Status.requestTimeout.reason), context)
        }
    }

    func closeNow() -> EventLoopFuture<Void>? {
        guard let context = self.context else { return nil }
        let closed = context.channel.closeFuture
        context.close(promise: nil)
        return closed
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.add(self)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.closed()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.closed()
        context.fireChannelInactive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .requests = self.use, self.rejection == nil else { return }
        self.isReading = true
        var bytes = self.unwrapInboundIn(data)
        if self.input.readableBytes == 0 {
            self.input = bytes
        } else {
            self.input.writeBuffer(&bytes)
        }
        self.serve(context)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        self.isReading = false
        if self.needsFlush {
            self.needsFlush = false
            context.flush()
        }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { self.serve(context) }
        context.fireChannelWritabilityChanged()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { self.clock.handshaken(at: context.eventLoop.now) }
        context.fireUserInboundEventTriggered(event)
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private var isEnding: Bool {
        if case .ending = self.use { return true }
        return false
    }

    /// Reads and answers until a request is under way, the peer takes no more, or bytes are missing.
    private func serve(_ context: ChannelHandlerContext) {
        // An answer given at once calls this again; the loop below goes on instead.
        guard !self.isServing else { return }
        self.isServing = true
        defer { self.isServing = false }
        while self.context != nil, case .requests = self.use {
            self.parseAhead()
            guard self.answering == nil, context.channel.isWritable else { break }
            if let request = self.waiting.popFirst() {
                self.answering = request
                self.clock.requested()
                self.loop.responder.respond(to: request, on: self)
            } else if let rejection = self.rejection {
                self.loop.responder.rejected(on: self)
                self.end(with: TextResponse(rejection), context)
            } else if self.input.readableBytes > 0 || self.expecting != nil {
                return self.clock.headPending(at: context.eventLoop.now)
            } else {
                if case .answer = self.clock.phase { self.clock.answered(at: context.eventLoop.now) }
                return
            }
        }
    }

    private func parseAhead() {
        while self.rejection == nil, self.input.readableBytes > 0 {
            if let request = self.expecting {
                guard self.takeBody(of: request) else { return }
                continue
            }
            guard self.waiting.count < RequestLimits.pipelineDepthMax else {
                if self.input.readableBytes > self.loop.configuration.request.headSizeMax {
                    self.rejection = .pipelineDepth
                }
                return
            }
            switch self.parser.parse(self.input.readableBytesUInt8Span) {
            case .incomplete:
                return
            case .request(let request, let size):
                self.input.moveReaderIndex(forwardBy: size)
                if self.input.readableBytes == 0 { self.input.clear() }
                guard request.bodySize > 0 else {
                    self.waiting.append(request)
                    continue
                }
                // One body at a time, or a connection could make us hold as many as may wait.
                let isFirst = self.waiting.allSatisfy { $0.bodySize == 0 }
                if isFirst { self.expecting = request } else { self.rejection = .pipelineDepth }
            case .rejected(let rejection):
                self.rejection = rejection
            }
        }
    }

    /// Takes a request's body from what has come in; false when it is not complete.
    private func takeBody(of request: RequestHead) -> Bool {
        guard let body = self.input.readBytes(length: request.bodySize) else { return false }
        var request = request
        request.body = body
        self.expecting = nil
        if self.input.readableBytes == 0 { self.input.clear() }
        self.waiting.append(request)
        return true
    }

    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext, sent: ((Bool) -> Void)? = nil) {
        self.written += Int64(bytes.readableBytes)
        guard let sent else { return context.write(self.wrapOutboundOut(bytes), promise: nil) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in
            if case .success = result { sent(true) } else { sent(false) }
        }
        context.write(self.wrapOutboundOut(bytes), promise: promise)
    }

    private func flushSoon(_ context: ChannelHandlerContext) {
        if self.isReading {
            self.needsFlush = true
        } else {
            context.flush()
        }
    }

    private func end(with response: TextResponse, _ context: ChannelHandlerContext) {
        self.write(response.head.closing, context)
        self.write(response.body, context)
        self.endOutput(context)
    }

    /// Closes our end behind what is written, and the rest when the peer has closed its own.
    ///
    /// Closing both at once would answer bytes still on their way with a reset, and the reset can overtake our answer.
    private func endOutput(_ context: ChannelHandlerContext) {
        self.use = .ending
        self.waiting.removeAll()
        self.expecting = nil
        self.input.clear()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer())).whenComplete { _ in bound.value.outputWritten() }
    }

    private func outputWritten() {
        guard let context = self.context else { return }
        self.clock.lingering(at: context.eventLoop.now)
        context.close(mode: .output, promise: nil)
    }

    private func closed() {
        guard self.context != nil else { return }
        self.context = nil
        self.loop.remove(self)
        self.answering = nil
        if case .stream(let owner) = self.use { owner.streamClosed() }
        self.use = .ending
    }
}
