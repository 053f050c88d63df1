/// What must come next in the log.
struct LogPosition: Hashable {
    /// The log's id; `nil` before the first frame.
    var log: LogID?
    /// The highest epoch so far.
    var epoch: UInt64 = 0
    /// The sequence number that comes next.
    var nextSeq: UInt64
    /// The chain value so far; `nil` when it is not known, as after lost events.
    var chain: ChainValue?
    /// The chain value of the last valid frame, whatever was lost since: the writer goes on from it.
    var lastChain: ChainValue?

    init(nextSeq: UInt64) {
        self.nextSeq = nextSeq
    }

    /// Moves over a frame.
    mutating func advance(over header: FrameHeader) {
        self.log = header.log
        self.epoch = header.epoch
        self.nextSeq = header.lastSeq + 1
        self.chain = header.chain
        self.lastChain = header.chain
    }

    /// Moves to a later event, those before it being lost.
    mutating func skip(to seq: UInt64) {
        self.nextSeq = seq
        self.chain = nil
    }
}
