import Foundation
import LiveChannels
import Model
import TestSupport
import Testing

@testable import App

struct SlateTests {
    private static let offAir = SlateShelf.Key(purpose: .offAir, language: "en")

    @Test func `a slate for each purpose is built in, and stands in where there is none`() throws {
        let scratch = try ScratchDirectory()
        let folder = SlateFolder(DataDirectory(path: scratch.path))
        #expect(folder.entries().map(\.path) == [nil, nil, nil])
        for purpose in SlatePurpose.allCases {
            let key = SlateShelf.Key(purpose: purpose, language: "en")
            #expect(try #require(folder.good[key]).codecs == "h264+aac")
        }
    }

    @Test func `words become a slate that is kept, listed and removed`() throws {
        let scratch = try ScratchDirectory()
        let folder = SlateFolder(DataDirectory(path: scratch.path))
        let key = try SlateFolder.key(purpose: "off-air", language: "de")
        // Nothing of it is taken for a filter's syntax.
        var maker = SlateMaker(.text("Störung: 100% 'gleich' zurück; [a],b\\n %{pts} \u{5E9}\u{5DC}\u{5D5}\u{5DD}"))
        (maker.width, maker.height, maker.seconds) = (320, 180, 2)
        try maker.make { try folder.keep($0, as: key) }
        #expect(folder.good[key]?.length.milliseconds == 2_000)
        #expect(folder.entries().map { $0.key.language } == ["de", "en", "en", "en"])
        // A broken one is told of, and the built-in one is shown.
        let broken = "\(folder.path)/off-air.en.ts"
        try Data("nothing".utf8).write(to: URL(filePath: broken))
        let problems = folder.entries().compactMap { entry in
            if case .failure(let error) = entry.slate { error.description } else { nil }
        }
        #expect(problems == ["\(broken) is no slate: it is no MPEG transport stream with pictures"])
        #expect(folder.good[Self.offAir] == BuiltInSlate.slates[.offAir])
        try folder.remove(key)
        #expect(throws: SlateFileError.missing(folder.file(key))) { try folder.remove(key) }
    }

    @Test func `a picture of another shape becomes a slate`() throws {
        let scratch = try ScratchDirectory()
        let picture = "\(scratch.path)/a %d 'picture':1.ppm"
        var pixels = Data("P6 40 90 255\n".utf8)
        pixels.append(Data(repeating: 200, count: 40 * 90 * 3))
        try pixels.write(to: URL(filePath: picture))
        var maker = SlateMaker(.picture(picture))
        (maker.width, maker.height, maker.seconds) = (320, 180, 1)
        try maker.make { clip in
            let slate = try SlateFolder.read(clip)
            #expect(slate.length == MediaTime(seconds: 1))
        }
    }

    @Test func `what is missing is named in one line`() {
        var maker = SlateMaker(.text("x"))
        maker.path = "/nowhere"
        #expect(throws: SlateMakerError.noFFmpeg) { try maker.make { _ in } }
        maker = SlateMaker(.text("x"))
        maker.fonts = []
        #expect(throws: SlateMakerError.noFont) { try maker.make { _ in } }
        #expect(throws: SlateMakerError.noText) { try SlateMaker(.text(" \n ")).make { _ in } }
        #expect(throws: SlateFileError.self) { try SlateMaker(.picture("/nowhere.png")).make { _ in } }
        #expect(throws: SlateFileError.unknownPurpose("lunch")) {
            try SlateFolder.key(purpose: "lunch", language: "en")
        }
        #expect(throws: SlateFileError.badLanguage("../x")) {
            try SlateFolder.key(purpose: "off-air", language: "../x")
        }
    }

    @Test(arguments: [
        "Back soon", String(repeating: "word ", count: 70), String(repeating: "x", count: 400), "a\nb\n\nc",
    ])
    func `a text is broken into lines that fit`(text: String) {
        let fitted = SlateText(text, width: 1_280, height: 720)
        #expect((8...72).contains(fitted.fontSize))
        for (index, line) in fitted.lines.enumerated() {
            #expect(line.count * fitted.fontSize * 620 / 1_000 <= 1_280)
            #expect((0...(720 - fitted.fontSize)).contains(fitted.top(of: index, height: 720)))
        }
        let letters = text.filter { !$0.isWhitespace }
        #expect(fitted.lines.joined().filter { !$0.isWhitespace } == letters)
    }
}
