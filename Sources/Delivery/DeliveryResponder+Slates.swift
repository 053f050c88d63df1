import Accounts
import HLS
import HTTP
import LiveChannels
import Model
import NIOCore
import Synchronization

/// What is shown in place of a refusal.
extension DeliveryResponder {
    /// Shows a slate for this refusal, if there is one and it is the viewer's turn; whether the request is answered by that.
    func shows(
        _ question: OpenRequest,
        _ denial: Denial,
        _ address: PeerAddress,
        _ connection: HTTPConnection
    ) -> Bool {
        guard let slates = self.core.configuration.limitSlates, let purpose = LimitSlates.purpose(of: denial),
            connection.isOpen, !self.core.isStopping,
            slates.isTurn(of: address, question.username, at: self.loop.now), self.core.decisions.begin()
        else { return false }
        let bound = NIOLoopBound((responder: self, connection: connection), eventLoop: self.loop)
        let core = self.core
        core.admission.language(of: question) { language in
            bound.eventLoop.execute {
                let (responder, connection) = bound.value
                defer { core.decisions.end() }
                guard let (key, clip) = slates.clip(purpose, language: language),
                    responder.show(clip, key, of: slates, as: question.output, connection)
                else { return responder.deny(denial, address, connection) }
                core.counters.denials.add(1, ordering: .relaxed)
            }
        }
        return true
    }

    private func show(
        _ clip: SlateClip,
        _ key: SlateShelf.Key,
        of slates: LimitSlates,
        as output: Output,
        _ connection: HTTPConnection
    ) -> Bool {
        guard connection.isOpen else { return true }
        if output == .hls {
            guard let playlist = Self.playlist(of: clip, key) else { return false }
            let head = ResponseHead(
                .ok,
                contentType: Self.playlistType,
                contentLength: playlist.readableBytes,
                cacheControl: "no-store"
            )
            connection.respond(head, body: playlist)
            return true
        }
        guard slates.join() else { return false }
        SlateViewer(clip, of: slates, on: connection, loop: self.loop).start(Self.streamHead)
        return true
    }

    /// All pieces, and no more to come.
    private static func playlist(of clip: SlateClip, _ key: SlateShelf.Key) -> ByteBuffer? {
        let seconds = (clip.pieceLength.milliseconds + 999) / 1_000
        let segments = clip.pieces.indices.map { number in
            MediaPlaylist.Segment(
                uri: "/slate/\(key.purpose.rawValue).\(key.language)/\(number).ts",
                duration: clip.pieceLength
            )
        }
        let playlist = MediaPlaylist(
            targetDurationSeconds: Int(clamping: max(seconds, 1)),
            endList: true,
            segments: segments
        )
        var text: [UInt8] = []
        do throws(PlaylistWriteError) {
            try playlist.write(into: &text)
        } catch {
            return nil
        }
        return ByteBuffer(bytes: text)
    }

    func slatePiece(_ number: Int64, of key: SlateShelf.Key, _ connection: HTTPConnection) {
        guard let piece = self.core.configuration.limitSlates?.piece(number, of: key) else {
            return connection.respond(DenialResponses.notFound)
        }
        connection.respond(self.segmentHeads.head(piece.readableBytes), body: piece)
    }
}
