extension CatalogueFile {
    /// A catalogue with every key that there is, and what it means.
    package static let example = """
        suppliers:
          - name: alpha                # letters, digits, - _ .
            max_connections: 2         # connections the supplier allows at once; 1 when left out
            private_network: false     # whether its addresses may be private or loopback
        channels:
          - id: 101                    # stands in the viewers' addresses
            name: News One
            category: News
            keep: on-demand            # or always: pulled with nobody watching
            return: better             # to a better source that is well again; or sticky: only when this one fails
            sources:                   # tried in this order
              - supplier: alpha
                url: "http://supplier.example/live/user/password/1.ts"   # http, https or rtmp; sealed
        plans:
          - name: basic
            max_connections: 1         # connections a credential may hold at once
            price_month: 9.99
        customers:
          - id: c1
            name: Ada                  # sealed, like notes
            plan: basic
            timezone: Europe/Berlin
            language: de
            notes: pays in advance
            credentials:
              - username: ada
                password: secret       # made up and shown once when left out
                max_connections: 2     # overrides the plan
                expires: 2027-12-31    # never, when left out

        """
}
