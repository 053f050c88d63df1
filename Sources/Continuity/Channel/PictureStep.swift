package import MPEGTS

/// How a picture on the output came about: enough to send another one in its place, at the same time.
///
/// Holders are values, so each held picture brings the holder as it was before; see ``PictureFork``.
package enum PictureStep: Sendable {
    /// The source's, given here as it was before the holder saw it; `resumes` says that it ends a hold.
    case passed(AccessUnit, resumes: Bool)
    /// Made for a place in front of the latest picture; all of one hold follow each other.
    case filled(isFirst: Bool)
    /// Made by this holder, or the last random access point once more.
    case held(by: any PictureHolder, parameterSets: Bool)

    /// Whether the picture repeats the last one, or begins anew, so that a decoder could be made to begin here.
    package var isHeld: Bool { if case .held = self { true } else { false } }
}
