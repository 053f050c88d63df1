/// One message of an RTMP connection, its payload not read yet.
///
/// Source: Adobe's RTMP specification 1.0, 6.1 (message format), 7.1 (types of messages).
package struct RTMPMessage: Hashable, Sendable {
    /// The message types this client knows.
    package enum Kind: UInt8, Sendable {
        case setChunkSize = 1
        case abort = 2
        case acknowledgement = 3
        case userControl = 4
        case windowAcknowledgementSize = 5
        case setPeerBandwidth = 6
        case audio = 8
        case video = 9
        case dataAMF3 = 15
        case commandAMF3 = 17
        case data = 18
        case command = 20
        case aggregate = 22
    }

    /// Milliseconds, modulo 2^32.
    package var timestamp: UInt32
    /// A ``Kind``, or one that is not known here.
    package var type: UInt8
    /// 0 is the connection itself; `createStream` gives the others.
    package var streamID: UInt32
    package var payload: [UInt8]

    package init(timestamp: UInt32, type: UInt8, streamID: UInt32, payload: [UInt8]) {
        self.timestamp = timestamp
        self.type = type
        self.streamID = streamID
        self.payload = payload
    }
}
