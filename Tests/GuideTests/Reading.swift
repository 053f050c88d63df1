import Foundation
import Glibc
import Guide
import Model
import TestSupport

extension XMLTVFeed {
    /// All items of a document that comes in pieces of `pieceSize`.
    func items(_ bytes: [UInt8], pieceSize: Int = .max) throws -> [XMLTVBuilder.Item] {
        var items: [XMLTVBuilder.Item] = []
        var start = 0
        while start < bytes.count {
            let end = start + min(pieceSize, bytes.count - start)
            try bytes.withUnsafeBufferPointer { buffer in
                try self.append(UnsafeBufferPointer(rebasing: buffer[start..<end])) { items += $0 }
            }
            start = end
        }
        try self.finish()
        return items
    }
}

extension GuideStore {
    /// Takes a guide of these elements.
    @discardableResult
    func take(_ source: String, at now: WallTime, _ elements: String) throws -> GuideImport.Summary {
        let guide = try self.begin(source: source, now: now)
        try guide.add(XMLTVFeed().items(Array("<tv>\(elements)</tv>".utf8)))
        return try guide.commit()
    }
}

/// What gzip makes of these bytes.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let scratch = try ScratchDirectory()
    try scratch.write(bytes, to: "plain")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-n", scratch.file("plain")]
    try process.run()
    process.waitUntilExit()
    return try scratch.bytes(of: "plain.gz")
}
