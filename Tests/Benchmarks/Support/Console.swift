import Glibc

/// The terminal.
enum Console {
    static func say(_ text: String) { self.write("\(text)\n", to: STDOUT_FILENO) }

    static func complain(_ text: String) { self.write("\(text)\n", to: STDERR_FILENO) }

    /// Waits until standard input ends, which is when the parent lets go of this process.
    static func waitForEnd() {
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 0 || count < 0 && errno != EINTR { return }
        }
    }

    private static func write(_ text: String, to file: CInt) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
