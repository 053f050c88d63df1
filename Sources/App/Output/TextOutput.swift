import Glibc

/// Puts a finished text where it was asked for.
package enum TextOutput {
    /// Into a file, or to standard output with `path` nil or `-`.
    ///
    /// A file appears in one step and for its owner alone: it may hold what concerns people.
    package static func write(_ text: String, to path: String?) throws {
        guard let path, path != "-" else { return self.show(text) }
        let partial = "\(path).partial-\(getpid())"
        let file = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw TextOutputError.unwritable(path, errno) }
        let isWhole = self.put(text, on: file)
        let code = errno
        close(file)
        guard isWhole, rename(partial, path) == 0 else {
            let cause = isWhole ? errno : code
            unlink(partial)
            throw TextOutputError.unwritable(path, cause)
        }
    }

    private static func show(_ text: String) { _ = self.put(text, on: STDOUT_FILENO) }

    /// Whether all of it was taken.
    private static func put(_ text: String, on file: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(file, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}

/// A file could not be written; its text is for whoever asked for it.
enum TextOutputError: Error, Hashable, CustomStringConvertible {
    case unwritable(String, Int32)

    var description: String {
        switch self {
        case .unwritable(let path, let code): "\(path) can't be written: \(String(cString: strerror(code)))"
        }
    }
}
