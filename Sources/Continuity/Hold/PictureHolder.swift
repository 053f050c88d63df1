package import MPEGTS
package import Model

/// Goes on with a video track while its source is silent: pictures that repeat the last one, made from the stream's own
/// parameter sets without decoding it.
///
/// One conforming type holds the rules of one codec. All times are on the output timeline. Pure, never traps on any
/// stream, and cheap while the source is well: only headers are read.
///
/// ```text
/// source ok:   passed passed passed …
/// it stops:    fill() ── held() held() held() … (restart() where a decoder must be able to begin)
/// it is back:  resume(), passed(random access point), passed …
/// ```
package protocol PictureHolder: Sendable {
    /// Takes the source's next picture in decoding order, on its way out; answers it as it is to be sent.
    ///
    /// Outside of a resumption that is the picture itself. After ``resume()`` the pictures up to the next IDR may be
    /// renumbered, and those that refer to pictures which were never sent are replaced.
    mutating func passed(_ picture: AccessUnit) -> AccessUnit

    /// How it goes on, for the record: `skip` or `loop`.
    var methodName: String { get }

    /// Why no picture can be made now, in two or three words with hyphens; `nil` when one can.
    var obstacle: String? { get }

    /// How long a picture is shown, in ticks: the median of the last distances in decoding time.
    var pictureTicks: Int64 { get }

    /// Where on the timeline the next held picture is shown: a picture after the latest one sent or made; `nil` before the first.
    var nextPresentation: MediaTime? { get }

    /// Begins a hold: the pictures for places in front of the latest picture that the cut left empty, in decoding order.
    ///
    /// Where pictures are shown in another order than they are decoded, some that come before the latest one in time
    /// may not have come. An unpaired field is completed here too. Empty when nothing is missing.
    mutating func fill() -> [AccessUnit]

    /// The next picture of the hold, shown one picture after the latest one; `nil` when ``obstacle`` is not.
    ///
    /// `parameterSets`: whether the stream's parameter sets stand in front of it, for decoders that begin late.
    mutating func held(parameterSets: Bool) -> AccessUnit?

    /// The next picture of the hold as the last random access point of the source once more, so that a decoder can begin
    /// here; later ones repeat it. `nil` when none is kept.
    mutating func restart() -> AccessUnit?

    /// The next picture passed is a random access point that does not continue what was sent before.
    mutating func resume()
}

extension PictureHolder {
    package var methodName: String { "skip" }
}
