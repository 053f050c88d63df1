/// What kind of picture bytes are, by how they begin.
///
/// SVG is refused: it is a document that can run scripts in a viewer's browser, under our own address.
/// Source: PNG (ISO/IEC 15948) 5.2; JPEG (ITU-T T.81) B.1.1.3; WebP container specification, RIFF header.
enum LogoImage: String, Sendable {
    case png = "image/png"
    case jpeg = "image/jpeg"
    case webp = "image/webp"

    /// Bytes of a logo at most; players show them a few hundred pixels wide.
    static let sizeMax = 512 << 10

    /// `nil` for everything else.
    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: "RIFF".utf8), bytes.count >= 12, bytes[8..<12].elementsEqual("WEBP".utf8) {
            self = .webp
        } else {
            return nil
        }
    }
}
