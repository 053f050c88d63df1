import Model

@testable import Reports

/// Evenings that tests look at.
enum Evening {
    /// Saturday 17 October 2026, 20:00 in Berlin.
    static let start = WallTime(seconds: 1_792_260_000)

    static let tv = ReplayDevice(client: ClientID(1), kind: "tv", isHome: true)
    static let phone = ReplayDevice(client: ClientID(2), kind: "port", isHome: false, place: "DE, AS3320")

    static func at(_ seconds: Int64) -> WallTime { self.start.advanced(milliseconds: seconds * 1_000) }

    static func playback(_ number: Int64, device: ReplayDevice, from: Int64, to: Int64) -> Playback {
        var playback = Playback(
            connection: ConnectionID(number),
            channel: ChannelID(1),
            device: device,
            opened: self.at(from),
            openedSeq: number * 10
        )
        playback.closed = self.at(to)
        playback.closedSeq = number * 10 + 1
        playback.reason = "left"
        playback.watchedMs = (to - from) * 1_000
        return playback
    }

    static func span(_ kind: PictureSpan.Kind, from: Int64, seconds: Int64, seq: Int64 = 500) -> PictureSpan {
        PictureSpan(
            seq: seq,
            channel: ChannelID(1),
            from: self.at(from),
            to: self.at(from + seconds),
            kind: kind,
            supplier: "hotel",
            viewers: 42
        )
    }

    /// Two hours without anything.
    static var quiet: ReplayFacts {
        var facts = ReplayFacts(customer: "c1", window: self.at(0)..<self.at(7_200), knownUntil: self.at(7_200))
        facts.channels = [ChannelID(1): "News One"]
        return facts
    }

    /// A supplier stops in the middle of a match; the customer leaves, comes back on the phone, and is locked out.
    static var match: ReplayFacts {
        var facts = ReplayFacts(customer: "c001234", window: self.at(0)..<self.at(4_200), knownUntil: self.at(4_200))
        facts.plan = "plan family, 2 connections"
        facts.channels = [ChannelID(1): "ch-003"]
        var watched = self.playback(88_120, device: self.tv, from: 131, to: 1_941)
        watched.openedSeq = 881_201
        watched.closedSeq = 884_490
        var dead = self.playback(88_121, device: self.phone, from: 900, to: 2_010)
        (dead.openedSeq, dead.closedSeq, dead.reason, dead.watchedMs) = (881_300, 884_600, "stalled", 1_050_000)
        facts.playbacks = [watched, dead]
        facts.sources = [
            SourceFact(
                seq: 884_410,
                at: self.at(1_900),
                channel: ChannelID(1),
                supplier: "hotel",
                deed: .down(cause: ""),
                lengthMs: 0
            ),
            SourceFact(
                seq: 884_502,
                at: self.at(1_954),
                channel: ChannelID(1),
                supplier: "hotel",
                deed: .failover(why: "stall", toSupplier: "alpha"),
                lengthMs: 0
            ),
        ]
        facts.pictures = [
            self.span(.hidden, from: 1_900, seconds: 20, seq: 884_411),
            self.span(.frozen, from: 1_920, seconds: 34, seq: 884_460),
        ]
        facts.playbacks[1].watchedMs = 1_000_000
        facts.refusals = [
            Refusal(
                seq: 884_533,
                at: self.at(1_982),
                channel: ChannelID(1),
                device: self.tv,
                rule: "max-connections",
                limit: 2,
                holders: [dead]
            )
        ]
        return facts
    }

    static let matchText = """
        Sat 17 Oct 2026 20:00–21:10 (Europe/Berlin)  customer c001234  plan family, 2 connections

        VERDICT    21.0 s frozen seen, 20.0 s hidden, 1 wrong lock-out, in 30 minutes watched.
                   Cause of 21.0 s: supplier hotel (41 other viewers hit).
                   Not the customer's line: their connection kept up.
                   Left once because of a freeze.
        TELL THEM  On Saturday at 20:32 the source of ch-003 failed. We bridged 20 seconds and switched after 54
                   seconds; you saw about 21 seconds of a frozen picture.
                   You were wrongly refused once, because we still counted a connection that was gone.
                   That was our side.

        20:02:11  customer   TV at home opens ch-003                                                               #881201
        20:15:00  customer   phone or computer elsewhere (DE, AS3320) opens ch-003                                 #881300
        20:31:40  stream     ch-003: supplier hotel stops                                                          #884410
        20:31:40  stream     ch-003: patch holds the picture                                   hidden 20.0 s       #884411
        20:32:00  stream     ch-003: picture stands still                                      SEEN   21.0 s       #884460
        20:32:21  customer   TV at home closes ch-003 (left because of the freeze)                                 #884490
        20:32:34  stream     ch-003: failover hotel → alpha, picture goes on                                       #884502
        20:33:02  customer   TV at home is refused ch-003: 1 of 2 in use (phone or computer    refused             #884533
                             elsewhere (DE, AS3320), its line was already dead)
        20:33:30  customer   phone or computer elsewhere (DE, AS3320) loses ch-003 (took no                        #884600
                             more bytes: the device or its line was gone)

        """
}
