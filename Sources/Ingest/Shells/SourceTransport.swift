/// What carries a source's bytes: curl transfers or an RTMP socket.
///
/// Both members are called on the source's event loop only, `close` once and last.
protocol SourceTransport: AnyObject {
    func start()
    /// Breaks everything off; `closed` runs on any thread when no socket is open any more.
    func close(_ closed: @escaping @Sendable () -> Void)
}

/// Who hears from a transport, on the source's event loop.
protocol SourceTransportDelegate: AnyObject {
    /// Bytes of body came, counted for the failure's report.
    func received(bytes: Int)
    func yielded(_ output: SourceOutput)
    /// Nothing will follow; the delegate closes the transport.
    func failed(_ cause: SourceFailure.Cause)
}
