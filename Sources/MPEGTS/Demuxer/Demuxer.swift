/// Bytes of a transport stream in; tracks, whole access units and faults out.
///
/// Pure: no clock, no I/O, and the same outputs however the bytes were cut. A unit is given out when it is known to be
/// whole; one that a loss, a reconnect or scrambling cut is dropped and told as a fault. One demuxer serves one source:
/// ``finish(_:)`` between two connections.
/// Source: ISO/IEC 13818-1, 2.4.
package struct Demuxer: Sendable {
    package enum Output: Hashable, Sendable {
        /// The tracks of the programme, at the first PMT and whenever it says something else.
        case tracks([Track])
        case unit(AccessUnit)
        case fault(Fault)
    }

    /// Tracks of one programme; a transponder's largest have about 40.
    package static let tracksMax = 64
    /// Programmes of the PAT that are looked at.
    package static let programsMax = 64

    /// How often each thing happened since the start.
    package private(set) var counters = Counters()
    private var reader = PacketReader()
    private var program: ProgramReader

    /// Reads one programme: number `program`, or the first of the PAT that has a PMT.
    package init(program: UInt16? = nil) {
        self.program = ProgramReader(wanted: program)
    }

    /// The tracks last told; empty before the first PMT.
    package var tracks: [Track] { self.program.tracks ?? [] }
    /// How packets lie in the bytes, once it is known.
    package var layout: PacketReader.Layout? { self.reader.layout }
    /// The number of the programme being read, once it is known.
    package var programNumber: UInt16? { self.program.selected }

    /// Takes the next bytes of the connection; `emit` is called before it returns.
    package mutating func push(_ bytes: UnsafeRawBufferPointer, _ emit: (Output) -> Void) {
        self.reader.push(bytes) { Self.received($0, by: &self.program, counting: &self.counters, emit) }
    }

    /// Takes the next bytes of the connection; `emit` is called before it returns.
    package mutating func push(_ bytes: [UInt8], _ emit: (Output) -> Void) {
        bytes.withUnsafeBytes { self.push($0, emit) }
    }

    /// The connection is over: what is not known to be whole is dropped, and nothing is joined to what comes next.
    ///
    /// The programme stays known, so that the next connection of the same source goes on at once.
    package mutating func finish(_ emit: (Output) -> Void) {
        self.reader.finish { Self.received($0, by: &self.program, counting: &self.counters, emit) }
        self.program.disconnected { output in
            self.counters.count(output)
            emit(output)
        }
    }

    /// A whole file (an HLS segment) is over: its last pictures are whole too, though no packet after them says so.
    ///
    /// One that ends within a packet was cut, and its last units with it. The next file may count its packets from
    /// anywhere.
    package mutating func fileEnded(_ emit: (Output) -> Void) {
        let isCut = self.reader.finish { Self.received($0, by: &self.program, counting: &self.counters, emit) }
        if !isCut {
            self.program.fileEnded { output in
                self.counters.count(output)
                emit(output)
            }
        }
        self.program.disconnected { output in
            self.counters.count(output)
            emit(output)
        }
    }

    private static func received(
        _ event: PacketReader.Event,
        by program: inout ProgramReader,
        counting counters: inout Counters,
        _ emit: (Output) -> Void
    ) {
        if case .packet = event { counters.packets += 1 }
        program.received(event) { output in
            counters.count(output)
            emit(output)
        }
    }
}
