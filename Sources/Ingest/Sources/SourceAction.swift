/// What a source's machine wants done by the shell around it.
enum SourceAction: Hashable, Sendable {
    /// Request this; never while another request is under way.
    case fetch(TransferRequest)
    /// Break off the request under way; nothing of it may arrive any more.
    case cancelFetch
    /// Call `timerFired` then, on the clock of `now`; replaces an earlier wait.
    case wait(until: Duration)
    case output(SourceOutput)
    /// Close everything; nothing follows.
    case end(SourceFailure.Cause)
}

/// How requests are made, by what they are for.
struct RequestMaker: Hashable, Sendable {
    let configuration: IngestConfiguration

    /// A stream that ends when its source does.
    func stream(_ url: SourceURL) -> TransferRequest {
        TransferRequest(url: url.text, acceptsCompression: false, keepsConnection: false)
    }

    func playlist(_ url: SourceURL) -> TransferRequest {
        TransferRequest(
            url: url.text,
            bytesMax: self.configuration.playlistBytesMax,
            totalMilliseconds: self.configuration.playlistMilliseconds,
            acceptsCompression: true,
            keepsConnection: true
        )
    }

    func key(_ url: SourceURL) -> TransferRequest {
        TransferRequest(
            url: url.text,
            bytesMax: self.configuration.keyBytesMax,
            totalMilliseconds: self.configuration.playlistMilliseconds,
            acceptsCompression: false,
            keepsConnection: true
        )
    }

    func segment(_ url: SourceURL, range: TransferRequest.ByteRange?) -> TransferRequest {
        TransferRequest(
            url: url.text,
            range: range,
            bytesMax: self.configuration.segmentBytesMax,
            totalMilliseconds: self.configuration.segmentMilliseconds,
            acceptsCompression: false,
            keepsConnection: true
        )
    }
}
