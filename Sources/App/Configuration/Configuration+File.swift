extension Configuration {
    /// `baton.yaml` with every option at its default, and what it means.
    package static let defaultFile = """
        # Baton's configuration. Every option stands at its default; what is left out keeps it.

        public:
          # Where viewers connect: address and port.
          listen: "0.0.0.0:8080"
          # How viewers reach it, as shown to people.
          url: "http://localhost:8080"
          # Proxies in front, whose X-Forwarded-For counts: [127.0.0.1, "10.0.0.0/8"]
          trusted_proxies: []

        admin:
          # Where operators connect; keep it on loopback. Answers /health.
          listen: "127.0.0.1:8081"

        # The zone in which people read times (IANA name).
        timezone: UTC

        # The name of this service in events: letters, digits, - _ .
        node: a

        hls:
          # The length of segments aimed at, in seconds (1 to 20).
          target_seconds: 4
          # Segments that a playlist lists (3 to 60).
          window: 6

        """
}
