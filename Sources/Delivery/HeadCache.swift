import HTTP

/// Response heads of one kind by the length they say: playlists of a channel keep theirs for minutes.
struct HeadCache {
    /// Heads that are kept; when there are more lengths than that, all are made anew as they come.
    static let countMax = 1_024

    private let contentType: String
    private let cacheControl: String
    private var heads: [Int: ResponseHead] = [:]

    init(contentType: String, cacheControl: String) {
        self.contentType = contentType
        self.cacheControl = cacheControl
    }

    mutating func head(_ length: Int) -> ResponseHead {
        if let head = self.heads[length] { return head }
        let head = ResponseHead(
            .ok,
            contentType: self.contentType,
            contentLength: length,
            cacheControl: self.cacheControl
        )
        if self.heads.count >= Self.countMax { self.heads = [:] }
        self.heads[length] = head
        return head
    }
}
