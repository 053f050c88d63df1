extension Configuration {
    /// `baton.yaml` with every option at its default, and what it means.
    package static let defaultFile = """
        # Baton's configuration. Every option stands at its default; what is left out keeps it.

        public:
          # Where viewers connect: address and port.
          listen: "0.0.0.0:8080"
          # (none: only with TLS). With certificates (tls), TLS is spoken on port 8443 as well, or
          # where you say: tls_listen: "0.0.0.0:443"
          # How viewers reach it, as shown to people.
          url: "http://localhost:8080"
          # Proxies in front, whose X-Forwarded-For counts; no other header says where viewers are: [127.0.0.1, "10.0.0.0/8"]
          trusted_proxies: []

        # Under which names viewers know it, by the host name that their apps ask for:
        #   - {host: tv.example, name: My TV, message: Welcome, url: "https://tv.example"}
        # An entry without a host is for every other one.
        brand: []

        admin:
          # Where operators connect; keep it on loopback. Answers /health.
          listen: "127.0.0.1:8081"
          # A socket for support, who looks and changes nothing, and sees addresses cut to their networks;
          # members of the group may use it (baton --socket, BATON_SOCKET): {socket: /run/baton/support.sock, group: support}
          support:

        # The zone in which people read times (IANA name).
        timezone: UTC

        # The name of this service in events: letters, digits, - _ .
        node: a

        hls:
          # The length of segments aimed at, in seconds (1 to 20).
          target_seconds: 4
          # Segments that a playlist lists (3 to 60).
          window: 6

        live:
          # When a channel goes on in another video codec, few players of its transport stream follow:
          # close ends them so that they begin anew, keep lets them go on. HLS viewers go on either way.
          codec_change: close

        # Certificates: one {certificate: FILE, key: FILE} in PEM, or a list of them. Each is shown to players
        # that ask for a name in it (or for its own `name: tv.example`); the first to all others. Changed files
        # are read within ten seconds, and at SIGHUP; viewers notice nothing, and broken files change nothing.
        tls: []

        # Databases of your own (.mmdb) that say where viewers are; read again when they change. Locks by
        # country need the first, locks by provider the second, and a lock to networks is kinder with both.
        geo:
          country:
          asn:

        # What one address (a /64 of IPv6) may do. Nothing of it touches viewers who watch.
        limits:
          # Seconds: for the head of a request, a TLS handshake, between requests, and without taking a byte.
          head_seconds: 10
          tls_handshake_seconds: 10
          idle_seconds: 30
          write_seconds: 20
          # Bytes of a line, a head, a request's address; lines of a head.
          field_bytes: 8192
          head_bytes: 16384
          target_bytes: 2048
          fields: 64
          # Connections: in all (0: nine tenths of the file descriptors), per address, new ones.
          connections: 0
          connections_per_address: 64
          new_per_second: 20
          new_at_once: 60
          # Networks whose connections and refusals aren't counted; those of trusted proxies never are.
          exempt: ["127.0.0.0/8", "::1"]
          # Refusals of an address a minute, before 429 is all it gets.
          refusals_per_minute: 60
          # Wrong names and passwords: of an address a minute, of a line in ten minutes.
          login_failures_per_minute: 10
          line_failures: 20
          # How long an address that guesses is banned; twice as long each time, up to the second.
          ban_minutes: 15
          ban_hours_max: 24
          # Addresses that are remembered for all this (about 80 bytes each).
          table_entries: 262144

        # What a channel shows when no source has anything to show. Clips are DATA/slates/off-air.en.ts
        # and so on (baton slate); without one of yours, a plain one is shown. SIGHUP reads them again.
        slates:
          # With false, viewers are closed when the picture was held for as long as after_seconds.
          show: true
          # How long the last picture is held first (1 to 600).
          after_seconds: 30
          # How long viewers of a channel that can't be started wait for it (0: for ever; up to 9).
          start_seconds: 8
          # How long it is shown before viewers are closed (0: never).
          max_seconds: 300
          # Its language; en where there is none in it.
          language: en
          # Whether a viewer who is refused because of the connection limit or an expired line sees a clip
          # (limit-reached.en.ts, expired.en.ts) in the customer's language, in place of 429 or 403.
          limits: false
          # How long, before the status after all (2 to 120).
          limit_seconds: 30
          # Clips kept elsewhere, by purpose and language: {off-air.de: /srv/slates/pause.ts}
          files: {}

        # Programme guides in XMLTV (plain or gzip), fetched again and again (15m to 7d; 6h when every is left out):
        # [{url: "http://supplier.example/xmltv.php?…", every: 6h, name: alpha, private_network: false}]
        # The name stands in lists and events; without one, the host does. A file is named by its whole path.
        guide:
          sources: []

        # What channels with keep_days keep of their stream, in DATA/archive.
        archive:
          # Megabytes of the disk that are left free; below that, the oldest of the archive goes.
          leave_free_mb: 2000

        # Weekly reports that are sent by themselves on Monday, once the week is final:
        # [{name: disk, directory: /srv/reports}]
        # [{name: owner, at: "07:00", reports: [sharing, refund-risk, stability], format: html,
        #   mail: {server: "smtp://mail.example:587", user: baton, password_file: /etc/baton/smtp,
        #          from: baton@example.net, to: [owner@example.net]}}]
        # [{name: desk, format: json, webhook: {url: "https://desk.example/in", token_file: /etc/baton/desk}}]
        # smtp goes over to TLS before anything is said (tls: false for a server beside this one), smtps begins with it;
        # ca_file names certificates (PEM) that the mail server is checked by, in place of the system's. SIGHUP takes changes.
        reports:
          deliveries: []

        """
}
