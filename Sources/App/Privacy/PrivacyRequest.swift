/// What is asked about one person's data.
package enum PrivacyRequest: Codable, Sendable {
    /// Ends what plays, destroys the keys, and leaves nothing readable of the customer.
    case erase(customer: String)
    /// Everything that is known of the customer, as one JSON document.
    case export(customer: String)
}
