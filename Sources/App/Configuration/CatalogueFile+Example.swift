extension CatalogueFile {
    /// A catalogue with every key that there is, and what it means.
    package static let example = """
        suppliers:
          - name: alpha                # letters, digits, - _ .
            max_connections: 2         # connections the supplier allows at once; 1 when left out
            private_network: false     # whether its addresses may be private or loopback
            accounts:                  # all of them are used, whatever stands in the sources' addresses; they stay as
                                       # they are when this is left out, and there are none when it is an empty list
              - username: user         # sealed, like the password
                password: password
                max_connections: 1     # the supplier's when left out
                label: first line      # what you call it
                panel: "http://supplier.example:8080"   # its panel, when not where the sources are; sealed
        channels:
          - id: 101                    # stands in the viewers' addresses
            name: News One
            category: News
            keep: on-demand            # or always: pulled with nobody watching
            return: better             # to a better source that is well again; or sticky: only when this one fails
            number: 1                  # place in viewers' lists; by id when left out
            logo: "http://supplier.example/news.png"   # shown to viewers under your own address; sealed
            epg: newsone.de            # its id in programme guides; looked for by name when left out, none when empty
            keep_days: 0               # days of its stream kept for catch-up (up to 14); it is then pulled always
            keep_bytes: 200000000000   # bytes of it kept at most; not bounded when left out
            sources:                   # tried in this order
              - supplier: alpha
                url: "http://supplier.example/live/user/password/1.ts"   # http, https or rtmp; sealed
        plans:
          - name: basic
            max_connections: 1         # connections a credential may hold at once
            price_month: 9.99
            tier: standard             # or premium
            outputs: [hls, ts]         # how the stream may be taken; any when left out
            categories: [News]         # what may be watched: these categories and, with channels: [101], these channels;
                                       # all when both are left out
            on_limit: supersede        # or reject-newest, evict-oldest: what a start beyond max_connections does
            locks:                     # each may be left out
              allowed_addresses: [192.0.2.0/24, "2001:db8::/32"]
              first_networks: 2        # locked to the first networks it is seen in; 0: not locked
              allowed_agents: [television]   # texts of which the user agent has to hold one
              blocked_agents: [curl]
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
                trial: false           # whether it is a trial
                created: 2025-03-01    # when it was first sold; when it is issued, when left out
                outputs: []            # the keys of a plan from tier on: this credential's own; an empty list is any

        """
}
