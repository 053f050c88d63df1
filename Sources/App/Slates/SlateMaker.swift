import Foundation

/// Makes slates with the ffmpeg program: a few words, or a picture, with silence.
///
/// Nothing an operator says becomes part of a command line that is read again: words go into files, and ffmpeg runs in a
/// folder of its own, so that the names of files in it need no quoting either.
package struct SlateMaker: Sendable {
    /// What to show.
    package enum Content: Hashable, Sendable {
        case text(String)
        /// A file; fitted into the picture, with bars where it has another shape.
        case picture(String)
    }

    /// Where Debian and others keep the font.
    static let fonts = [
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/TTF/DejaVuSans.ttf",
        "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf", "/usr/share/fonts/dejavu/DejaVuSans.ttf",
        "/usr/local/share/fonts/dejavu/DejaVuSans.ttf",
    ]
    /// How long ffmpeg may take: thirty seconds of 1080p take a few on a slow machine.
    private static let patienceSeconds = 120
    private static let background = "0x14202c"
    private static let foreground = "0xd8dee6"
    private static let pictureRate = 25

    package var content: Content
    package var width = 1280
    package var height = 720
    package var seconds = 10
    /// Where programs are looked for, as `PATH`.
    package var path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    /// Fonts that are tried, in this order.
    package var fonts = Self.fonts

    package init(_ content: Content) {
        self.content = content
    }

    /// Makes the clip, checks it, and gives its file to `body`; it is gone afterwards.
    package func make(_ body: (String) throws -> Void) throws {
        guard let program = Self.program("ffmpeg", path: self.path) else { throw SlateMakerError.noFFmpeg }
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-slate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let arguments = try self.arguments(in: folder)
        try Self.run(program, arguments, in: folder)
        let clip = folder.appending(path: "slate.ts").path
        _ = try SlateFolder.read(clip)
        try body(clip)
    }

    // MARK: What ffmpeg is asked

    private func arguments(in folder: URL) throws -> [String] {
        var input: [String]
        let filter: String
        switch self.content {
        case .text(let text):
            input = ["-f", "lavfi", "-i", "color=c=\(Self.background):s=\(self.size):r=\(Self.pictureRate)"]
            filter = try self.words(text, in: folder)
        case .picture(let file):
            let path = URL(filePath: file).absoluteURL.path
            guard access(path, R_OK) == 0 else { throw SlateFileError.unreadable(file) }
            // Any name will do in a folder of our own, and the file can't be taken for a pattern or a protocol.
            // What kind of picture it is follows from the end of its name.
            let kind = URL(filePath: path).pathExtension.lowercased().filter {
                $0.isASCII && ($0.isLetter || $0.isNumber)
            }
            let name = "picture.\(kind.isEmpty ? "png" : kind)"
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: name).path,
                withDestinationPath: path
            )
            input = [
                "-f", "image2", "-pattern_type", "none", "-loop", "1", "-framerate", "\(Self.pictureRate)",
                "-i", name,
            ]
            filter =
                "scale=\(self.width):\(self.height):force_original_aspect_ratio=decrease,"
                + "pad=\(self.width):\(self.height):(ow-iw)/2:(oh-ih)/2:color=\(Self.background),setsar=1"
        }
        input += ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
        // An IDR picture every two seconds, so that viewers who come get a picture and segments are short.
        let coding = [
            "-pix_fmt", "yuv420p", "-c:v", "libx264", "-profile:v", "high", "-preset", "medium", "-crf", "22",
            "-tune", "stillimage", "-bf", "0", "-g", "\(2 * Self.pictureRate)", "-keyint_min",
            "\(2 * Self.pictureRate)",
            "-sc_threshold", "0", "-c:a", "aac", "-b:a", "64k", "-ac", "2",
        ]
        return ["-nostdin", "-v", "error", "-protocol_whitelist", "file"] + input
            + ["-map", "0:v", "-map", "1:a", "-t", "\(self.seconds)", "-vf", filter] + coding
            + ["-muxdelay", "0", "-muxpreload", "0", "-f", "mpegts", "slate.ts"]
    }

    private var size: String { "\(self.width)x\(self.height)" }

    /// Each line is a file and a filter of its own, since only so each one is centred.
    private func words(_ text: String, in folder: URL) throws -> String {
        guard let font = self.fonts.first(where: { access($0, R_OK) == 0 }) else { throw SlateMakerError.noFont }
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(path: "font.ttf").path,
            withDestinationPath: font
        )
        let fitted = SlateText(text, width: self.width, height: self.height)
        guard fitted.lines.contains(where: { !$0.isEmpty }) else { throw SlateMakerError.noText }
        var filters: [String] = []
        for (index, line) in fitted.lines.enumerated() where !line.isEmpty {
            try Data(line.utf8).write(to: folder.appending(path: "line\(index).txt"))
            filters.append(
                "drawtext=fontfile=font.ttf:textfile=line\(index).txt:expansion=none:fontcolor=\(Self.foreground)"
                    + ":fontsize=\(fitted.fontSize):x=(w-text_w)/2:y=\(fitted.top(of: index, height: self.height))"
            )
        }
        return filters.joined(separator: ",")
    }

    // MARK: The program

    static func program(_ name: String, path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private static func run(_ program: String, _ arguments: [String], in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let complaints = folder.appending(path: "complaints.txt")
        try Data().write(to: complaints)
        process.standardError = try FileHandle(forWritingTo: complaints)
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        guard ended.wait(timeout: .now() + .seconds(Self.patienceSeconds)) == .success else {
            process.terminate()
            throw SlateMakerError.tooSlow(seconds: Self.patienceSeconds)
        }
        guard process.terminationStatus == 0 else {
            let text = String(decoding: (try? Data(contentsOf: complaints)) ?? Data(), as: UTF8.self)
            throw SlateMakerError.failed(text.split(separator: "\n").first.map(String.init) ?? "no reason given")
        }
    }
}

/// Why a slate could not be made.
package enum SlateMakerError: Error, Hashable, Sendable, CustomStringConvertible {
    case noFFmpeg
    case noFont
    case noText
    case tooSlow(seconds: Int)
    case failed(String)

    package var description: String {
        switch self {
        case .noFFmpeg: "there is no ffmpeg in PATH, which makes slates; on Debian: apt-get install ffmpeg"
        case .noFont: "the font DejaVu Sans is missing; on Debian: apt-get install fonts-dejavu-core"
        case .noText: "the text is empty"
        case .tooSlow(let seconds): "ffmpeg was not done after \(seconds) s"
        case .failed(let line): "ffmpeg failed: \(line)"
        }
    }
}
