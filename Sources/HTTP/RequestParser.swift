/// Reads request heads of HTTP/1.0 and 1.1, strictly, and without holding on to bytes.
///
/// The owner keeps what it has received and calls ``parse(_:)`` with all of it, from the first byte of the head;
/// what was looked at before is not looked at again. Where the bytes are cut makes no difference to the outcome.
/// Refused are: bare CR or LF, folded lines, space before a colon, NUL and other controls, transfer codings, and a body that
/// isn't a `POST`'s or has more than ``RequestLimits/bodySizeMax`` bytes; the owner reads one that is allowed. One empty line
/// before the request line is let pass.
///
/// Source: RFC 9112, 2 to 6.
package struct RequestParser: Sendable {
    /// What became of the bytes.
    package enum Outcome: Hashable, Sendable {
        /// More bytes are needed.
        case incomplete
        /// A head of `size` bytes; the parser stands at the start again.
        case request(RequestHead, size: Int)
        /// The connection can't be read any further.
        case rejected(RequestRejection)
    }

    private let limits: RequestLimits
    private var draft: RequestDraft
    private var lineStart = 0
    private var scanned = 0
    private var skippedEmptyLine = false

    package init(limits: RequestLimits = RequestLimits()) {
        self.limits = limits
        self.draft = RequestDraft(limits: limits)
    }

    /// Reads on; `bytes` begin with the first byte of the head and are no fewer than in the last call.
    package mutating func parse(_ bytes: Span<UInt8>) -> Outcome {
        while true {
            let lineLimit = self.lineStart + self.draft.lineSizeMax
            let limit = min(lineLimit, self.limits.headSizeMax)
            let end = min(bytes.count, limit)
            while self.scanned < end, bytes[self.scanned] != Ascii.lineFeed { self.scanned += 1 }
            guard self.scanned < end else {
                guard bytes.count >= limit else { return .incomplete }
                guard limit == lineLimit else { return .rejected(.headSize) }
                return .rejected(self.draft.isInFields ? .fieldSize : .targetSize)
            }
            let lineEnd = self.scanned - 1
            self.scanned += 1
            guard lineEnd >= self.lineStart, bytes[lineEnd] == Ascii.carriageReturn else {
                return .rejected(self.draft.isInFields ? .fieldLine : .requestLine)
            }
            let line = self.lineStart..<lineEnd
            self.lineStart = self.scanned
            do throws(RequestRejection) {
                if !line.isEmpty {
                    try self.draft.takeLine(bytes, line)
                } else if self.draft.isInFields {
                    return .request(try self.finish(bytes), size: self.reset())
                } else if self.skippedEmptyLine {
                    return .rejected(.requestLine)
                } else {
                    self.skippedEmptyLine = true
                }
            } catch {
                return .rejected(error)
            }
        }
    }

    private func finish(_ bytes: Span<UInt8>) throws(RequestRejection) -> RequestHead {
        let target = try self.draft.checkedTarget()
        let size = self.scanned
        let copy = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            bytes.withUnsafeBufferPointer { source in
                for index in 0..<size { buffer[index] = source[index] }
            }
            count = size
        }
        return RequestHead(self.draft, target: target, bytes: copy)
    }

    /// Stands at the start again; the size of the head that was read.
    private mutating func reset() -> Int {
        let size = self.scanned
        self = RequestParser(limits: self.limits)
        return size
    }
}
