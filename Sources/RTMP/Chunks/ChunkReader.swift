/// Puts the messages of an RTMP connection together from its chunks.
///
/// ```text
/// chunk = fmt(2 bits) chunk stream id(6, 14 or 22 bits) | header by fmt | [extended time stamp u32] | data
/// fmt 0: time stamp u24, length u24, type u8, message stream id u32 LE      1: delta u24, length u24, type u8
/// fmt 2: delta u24                                                          3: nothing: as before, or the message goes on
/// ```
///
/// Changes of the chunk size and aborts are obeyed here, since the very next chunk depends on them; their messages are
/// handed out all the same. Time stamps of 0xFFFFFF and more stand in the extended field, which is then in the chunks of
/// fmt 3 too.
/// Source: Adobe's RTMP specification 1.0, 5.3 (chunking), 5.4 (protocol control messages).
package struct ChunkReader: Sendable {
    /// Bytes of data in a chunk until the sender says otherwise (5.4.1).
    package static let chunkSizeInitial = 128
    /// The largest chunk size there is: no message is longer (5.4.1).
    package static let chunkSizeMax = 0xFF_FFFF
    /// Bytes of a message: a random access point of 100 Mbit/s video has about 2 MiB.
    package static let messageSizeMax = 8 << 20
    /// Chunk streams of a connection; servers use 3 to 8.
    package static let chunkStreamsMax = 64
    /// Bytes of unfinished messages of all chunk streams together.
    package static let unfinishedMax = 32 << 20
    /// Bytes reserved at once for a message that says it is long; more only as they come.
    private static let reservedMax = 64 << 10

    /// What a chunk stream repeats from its previous chunk, and the message it is bringing.
    private struct ChunkStream {
        var id: UInt32
        var timestamp: UInt32 = 0
        /// The time stamp field of the last header, extended or not: a delta, or the time after fmt 0 (5.3.1.2.4).
        var field: UInt32 = 0
        var isExtended = false
        var length = 0
        var type: UInt8 = 0
        var streamID: UInt32 = 0
        var payload: [UInt8] = []
    }

    /// Bytes of data in the chunks to come.
    package private(set) var chunkSize = Self.chunkSizeInitial

    private let messageSizeMax: Int
    private var streams: [ChunkStream] = []
    private var header: [UInt8] = []
    /// The chunk stream whose data comes next, as an index; `nil` while a header comes.
    private var current: Int?
    private var chunkRemaining = 0
    private var unfinished = 0

    /// A reader at the start of the chunks, right after the handshake.
    package init(messageSizeMax: Int = Self.messageSizeMax) {
        self.messageSizeMax = messageSizeMax
    }

    /// Takes bytes up to the end of the next message, or all of them; adds to `consumed` what it took.
    ///
    /// - Throws: ``ChunkError``; the connection can't be read any further then.
    package mutating func read(
        _ bytes: UnsafeRawBufferPointer,
        consumed: inout Int
    ) throws(ChunkError) -> RTMPMessage? {
        var position = 0
        defer { consumed += position }
        while position < bytes.count {
            guard let index = self.current else {
                self.header.append(bytes[position])
                position += 1
                guard self.headerIsComplete else { continue }
                if let message = try self.chunkStarted() { return message }
                continue
            }
            let count = min(self.chunkRemaining, bytes.count - position)
            self.streams[index].payload.append(
                contentsOf: UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
            )
            position += count
            self.chunkRemaining -= count
            self.unfinished += count
            guard self.unfinished <= Self.unfinishedMax else { throw .tooMuchUnfinished(allowed: Self.unfinishedMax) }
            guard self.chunkRemaining == 0 else { continue }
            self.current = nil
            if self.streams[index].payload.count == self.streams[index].length {
                return try self.finish(index)
            }
        }
        return nil
    }

    private var headerIsComplete: Bool {
        let basic = self.basicSize
        guard self.header.count >= basic else { return false }
        let format = self.header[0] >> 6
        let size = basic + Self.messageHeaderSize(format: format)
        guard self.header.count >= size else { return false }
        let isExtended =
            format == 3 ? self.stream(self.chunkStreamID)?.isExtended == true : self.u24(at: basic) == 0xFF_FFFF
        return self.header.count >= size + (isExtended ? 4 : 0)
    }

    private var basicSize: Int {
        switch self.header[0] & 0x3F {
        case 0: 2
        case 1: 3
        default: 1
        }
    }

    /// The id in a basic header that is all there.
    private var chunkStreamID: UInt32 {
        switch self.header[0] & 0x3F {
        case 0: UInt32(self.header[1]) + 64
        case 1: UInt32(self.header[2]) << 8 + UInt32(self.header[1]) + 64
        case let id: UInt32(id)
        }
    }

    private static func messageHeaderSize(format: UInt8) -> Int {
        switch format {
        case 0: 11
        case 1: 7
        case 2: 3
        default: 0
        }
    }

    private func stream(_ id: UInt32) -> ChunkStream? { self.streams.first { $0.id == id } }

    private func u24(at offset: Int) -> UInt32 {
        UInt32(self.header[offset]) << 16 | UInt32(self.header[offset + 1]) << 8 | UInt32(self.header[offset + 2])
    }

    /// Applies a whole header; answers the message if it has no data at all.
    private mutating func chunkStarted() throws(ChunkError) -> RTMPMessage? {
        defer { self.header.removeAll(keepingCapacity: true) }
        let format = self.header[0] >> 6
        let id = self.chunkStreamID
        let index = try self.index(of: id, format: format)
        let isContinuation = !self.streams[index].payload.isEmpty
        if format != 3 {
            guard !isContinuation else { throw .interrupted(chunkStream: id) }
            self.apply(format: format, to: index)
        }
        if !isContinuation {
            let stream = self.streams[index]
            guard stream.length <= self.messageSizeMax else {
                throw .messageTooLarge(found: stream.length, allowed: self.messageSizeMax)
            }
            self.streams[index].timestamp = format == 0 ? stream.field : stream.timestamp &+ stream.field
            self.streams[index].payload.reserveCapacity(min(stream.length, Self.reservedMax))
            if stream.length == 0 { return try self.finish(index) }
        }
        self.current = index
        self.chunkRemaining = min(self.chunkSize, self.streams[index].length - self.streams[index].payload.count)
        return nil
    }

    private mutating func index(of id: UInt32, format: UInt8) throws(ChunkError) -> Int {
        if let index = self.streams.firstIndex(where: { $0.id == id }) { return index }
        // Fmt 1 says all but the message stream; some senders open the control stream with it.
        guard format <= 1 else { throw .noPreviousHeader(chunkStream: id) }
        guard self.streams.count < Self.chunkStreamsMax else {
            throw .tooManyChunkStreams(allowed: Self.chunkStreamsMax)
        }
        self.streams.append(ChunkStream(id: id))
        return self.streams.count - 1
    }

    private mutating func apply(format: UInt8, to index: Int) {
        let basic = self.basicSize
        let end = basic + Self.messageHeaderSize(format: format)
        let field = self.u24(at: basic)
        self.streams[index].isExtended = field == 0xFF_FFFF
        self.streams[index].field =
            field == 0xFF_FFFF ? UInt32(self.header[end]) << 24 | self.u24(at: end + 1) : field
        guard format <= 1 else { return }
        self.streams[index].length = Int(self.u24(at: basic + 3))
        self.streams[index].type = self.header[basic + 6]
        guard format == 0 else { return }
        self.streams[index].streamID = self.header[(basic + 7)..<(basic + 11)].reversed().reduce(0) {
            $0 << 8 | UInt32($1)
        }
    }

    private mutating func finish(_ index: Int) throws(ChunkError) -> RTMPMessage {
        let message = RTMPMessage(
            timestamp: self.streams[index].timestamp,
            type: self.streams[index].type,
            streamID: self.streams[index].streamID,
            payload: self.streams[index].payload
        )
        self.drop(index)
        switch RTMPMessage.Kind(rawValue: message.type) {
        case .setChunkSize:
            var payload = ByteReader(message.payload)
            let found = payload.u32() ?? 0
            guard found >= 1, found <= Self.chunkSizeMax else { throw .chunkSize(found: found) }
            self.chunkSize = Int(found)
        case .abort:
            var payload = ByteReader(message.payload)
            let id = payload.u32()
            if let aborted = self.streams.firstIndex(where: { $0.id == id }) { self.drop(aborted) }
        default:
            break
        }
        return message
    }

    private mutating func drop(_ index: Int) {
        self.unfinished -= self.streams[index].payload.count
        self.streams[index].payload = []
    }
}

/// Why the chunks of a connection can't be read any further.
package enum ChunkError: Error, Hashable, Sendable {
    /// A chunk size outside 1…16,777,215.
    case chunkSize(found: UInt32)
    case messageTooLarge(found: Int, allowed: Int)
    case tooManyChunkStreams(allowed: Int)
    case tooMuchUnfinished(allowed: Int)
    /// A chunk that repeats a header its chunk stream never had.
    case noPreviousHeader(chunkStream: UInt32)
    /// A new header while a message of the same chunk stream is unfinished.
    case interrupted(chunkStream: UInt32)
}
