import Glibc

extension DiskError: CustomStringConvertible {
    /// Such as `write data/log/….jsonl.zst: No space left on device`.
    package var description: String {
        "\(self.operation.rawValue) \(self.path): \(String(cString: strerror(self.code)))"
    }
}
