import PlayerAPI

/// The `brand` section of the configuration.
enum BrandSettings {
    /// Bytes of a name or a message: what an app shows in a line.
    private static let textSizeMax = 512

    static func read(_ section: YAMLField) throws(ConfigurationError) -> [Brands.Brand] {
        guard !section.isNull else { return [] }
        var brands: [Brands.Brand] = []
        for item in try section.list() {
            let brand = try Self.brand(item)
            guard !brands.contains(where: { $0.host == brand.host }) else {
                throw item.complaint("two brands for \(brand.host.map { "the host \($0)" } ?? "every other host")")
            }
            brands.append(brand)
        }
        return brands
    }

    private static func brand(_ field: YAMLField) throws(ConfigurationError) -> Brands.Brand {
        let keys = try field.mapping("host", "name", "message", "url")
        var brand = Brands.Brand()
        if let host = keys["host"] {
            let text = try host.text().lowercased()
            let isName = text.utf8.allSatisfy { Self.isHost($0) }
            guard isName, !text.isEmpty else { throw host.complaint("expected a host name such as tv.example") }
            brand.host = text
        }
        if let name = keys["name"] { brand.name = try Self.text(name) }
        if let message = keys["message"] { brand.message = try Self.text(message) }
        if let url = keys["url"] {
            guard let site = Site(try url.text()) else {
                throw url.complaint("expected an address such as https://tv.example")
            }
            brand.site = site
        }
        return brand
    }

    private static func isHost(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x2D, 0x2E, 0x5B, 0x5D, 0x3A, 0x5F: true
        default: false
        }
    }

    private static func text(_ field: YAMLField) throws(ConfigurationError) -> String {
        let text = try field.text()
        guard text.utf8.count <= Self.textSizeMax else {
            throw field.complaint("found \(text.utf8.count) bytes, allowed \(Self.textSizeMax)")
        }
        return text
    }
}

extension Configuration {
    /// Who viewers' apps are told that they talk to.
    ///
    /// An address that nobody has set is not told: an app would take `localhost` for its own device.
    var playerBrands: Brands {
        let isSet = self.publicURL != Configuration().publicURL
        return Brands(self.brands, site: isSet ? Site(self.publicURL) : nil)
    }
}
