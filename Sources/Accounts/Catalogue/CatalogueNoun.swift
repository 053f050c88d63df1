/// The kinds of thing that an operator keeps in the catalogue.
package enum CatalogueNoun: String, Codable, CaseIterable, Sendable {
    case supplier, channel, source, plan, customer, credential
}
