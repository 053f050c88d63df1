package import PlayerAPI

/// Under which names the service is known, by the host name that apps ask for.
package struct Brands: Hashable, Sendable {
    /// One name of the service.
    package struct Brand: Hashable, Sendable {
        /// In lower case; `nil` for every host that no other names.
        package var host: String?
        /// What the service is called in guides.
        package var name: String
        /// What apps show after login.
        package var message: String
        /// How viewers reach it; by the name they asked for when `nil`.
        package var site: Site?

        package init(host: String? = nil, name: String = "Baton", message: String = "", site: Site? = nil) {
            self.host = host
            self.name = name
            self.message = message
            self.site = site
        }
    }

    package var brands: [Brand]
    /// How viewers reach the service where a brand doesn't say.
    package var site: Site?

    package init(_ brands: [Brand] = [], site: Site? = nil) {
        self.brands = brands
        self.site = site
    }

    /// Who is asked by this `Host` field, and the address under which apps are to go on.
    func of(host field: String?) -> (Brand, Site) {
        let asked = field.flatMap { Site(authority: $0, isSecure: false) }
        let name = asked?.host.lowercased()
        let brand = self.brands.first { $0.host != nil && $0.host == name } ?? self.brands.first { $0.host == nil }
        let site = brand?.site ?? self.site ?? asked ?? Site(scheme: "http", host: "localhost", port: 80)
        return (brand ?? Brand(), site)
    }
}
