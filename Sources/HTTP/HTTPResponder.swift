package import NIOCore

/// Who answers the requests of one event loop; touched on that loop only.
package protocol HTTPResponder: AnyObject {
    /// Answers at once or later with ``HTTPConnection/respond(_:body:sent:)``, or takes the connection for a stream.
    ///
    /// The connection gives the next request only after this one is answered.
    func respond(to request: RequestHead, on connection: HTTPConnection)
    /// A request could not be read; the connection answers it and ends.
    func rejected(on connection: HTTPConnection)
    /// Called every ``HTTPConfiguration/sweepInterval``.
    func swept(at now: NIODeadline)
}

extension HTTPResponder {
    package func rejected(on connection: HTTPConnection) {}
}

/// Who writes a body without end; touched on the connection's loop only.
package protocol StreamOwner: AnyObject {
    /// The connection is closed, by whichever side; called once, and not after ``HTTPConnection/leaveStream()``.
    func streamClosed()
    /// Called every ``HTTPConfiguration/sweepInterval``: of `written` bytes in all, `queued` wait in this process.
    func streamSwept(written: Int64, queued: Int, at now: NIODeadline)
}
