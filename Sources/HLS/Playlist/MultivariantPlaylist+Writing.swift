extension MultivariantPlaylist {
    /// Appends the playlist's text; reading it gives an equal playlist.
    ///
    /// - Throws: ``PlaylistWriteError`` when a text could break out of its line or a number is out of range; then nothing is appended.
    package func write(into output: inout [UInt8]) throws(PlaylistWriteError) {
        try self.check()
        var writer = PlaylistWriter(version: self.version)
        for rendition in self.renditions { writer.line(rendition.tag) }
        for variant in self.variants {
            writer.line(variant.tag)
            writer.line(variant.uri)
        }
        output.append(contentsOf: try writer.finished())
    }

    private func check() throws(PlaylistWriteError) {
        try PlaylistWriter.check(self.version, field: "version", allowed: 0...Int(Int32.max))
        try PlaylistWriter.check(self.variants.count, field: "variants", allowed: 1...Playlist.variantCountMax)
        try PlaylistWriter.check(self.renditions.count, field: "renditions", allowed: 0...Playlist.renditionCountMax)
        for variant in self.variants { try variant.check() }
        for rendition in self.renditions { try rendition.check() }
    }
}

extension MultivariantPlaylist.Variant {
    fileprivate var tag: String {
        var tag = "#EXT-X-STREAM-INF:BANDWIDTH=\(self.bandwidth)"
        if !self.codecs.isEmpty { tag += ",CODECS=\"\(self.codecs.joined(separator: ","))\"" }
        if let size = self.resolution { tag += ",RESOLUTION=\(size.width)x\(size.height)" }
        if let group = self.audioGroup { tag += ",AUDIO=\"\(group)\"" }
        return tag
    }

    fileprivate func check() throws(PlaylistWriteError) {
        try PlaylistWriter.checkURI(self.uri, field: "uri")
        try PlaylistWriter.check(self.bandwidth, field: "bandwidth", allowed: 0...Int.max)
        for codec in self.codecs {
            try PlaylistWriter.check(codec, field: "codecs")
            try PlaylistWriter.checkQuoted(codec, field: "codecs")
            guard !codec.isEmpty, !codec.utf8.contains(UInt8(ascii: ",")) else {
                throw .unwritable(field: "codecs", found: codec)
            }
        }
        if let size = self.resolution {
            let sides = 0...Int(MultivariantPlaylist.Resolution.sideMax)
            try PlaylistWriter.check(size.width, field: "resolution", allowed: sides)
            try PlaylistWriter.check(size.height, field: "resolution", allowed: sides)
        }
        if let group = self.audioGroup { try PlaylistWriter.checkQuoted(group, field: "audioGroup") }
    }
}

extension MultivariantPlaylist.Rendition {
    fileprivate var tag: String {
        var tag = "#EXT-X-MEDIA:TYPE=\(self.kind.rawValue),GROUP-ID=\"\(self.groupID)\",NAME=\"\(self.name)\""
        if let language = self.language { tag += ",LANGUAGE=\"\(language)\"" }
        if self.isDefault { tag += ",DEFAULT=YES" }
        if self.isAutoselected { tag += ",AUTOSELECT=YES" }
        if let uri = self.uri { tag += ",URI=\"\(uri)\"" }
        return tag
    }

    fileprivate func check() throws(PlaylistWriteError) {
        try PlaylistWriter.checkQuoted(self.groupID, field: "groupID")
        try PlaylistWriter.checkQuoted(self.name, field: "name")
        if let language = self.language { try PlaylistWriter.checkQuoted(language, field: "language") }
        if let uri = self.uri { try PlaylistWriter.checkQuoted(uri, field: "uri") }
    }
}
