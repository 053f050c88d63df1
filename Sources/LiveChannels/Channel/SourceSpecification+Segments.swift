import Ingest
import Model

extension SourceSpecification {
    /// Whether the address is that of a playlist, whose media comes a segment at a time; others may turn out to.
    var comesInSegments: Bool {
        let path = self.url.clear.prefix { $0 != "?" && $0 != "#" }.lowercased()
        return path.hasSuffix(".m3u8")
    }
}
