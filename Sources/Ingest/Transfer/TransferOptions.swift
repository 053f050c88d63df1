import CCurl
import Model

/// How every request is made.
enum TransferOptions {
    /// Bytes libcurl reads at once; 16 KiB, its default, costs a system call each 11 packets.
    static let receiveBufferBytes = 256 << 10
    /// What a source may be fetched by and redirected to; everything else (`file`, `gopher`, `ftp` …) fails.
    static let protocols = "http,https"

    /// Applies them; `false` when libcurl refuses one, so that no request goes out without its guards.
    static func apply(
        to easy: UnsafeMutableRawPointer,
        transfer: Transfer,
        configuration: IngestConfiguration
    ) -> Bool {
        let request = transfer.request
        var results: [CURLcode] = []
        func set(_ option: CURLoption, _ value: Int) { results.append(ccurl_set_long(easy, option, value)) }
        func set(_ option: CURLoption, _ value: String?) { results.append(ccurl_set_string(easy, option, value)) }

        set(CURLOPT_URL, request.url.clear)
        set(CURLOPT_PROTOCOLS_STR, Self.protocols)
        set(CURLOPT_REDIR_PROTOCOLS_STR, Self.protocols)
        // An empty proxy overrides http_proxy and its kin: a proxy would connect where our policy cannot see.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOPROXY, "*")
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_FOLLOWLOCATION, 1)
        set(CURLOPT_MAXREDIRS, configuration.redirectsMax)
        set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectMilliseconds)
        set(CURLOPT_BUFFERSIZE, Self.receiveBufferBytes)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_USERAGENT, configuration.userAgent)
        // Removing a transfer would otherwise wait for its name server, and with it all transfers of the thread.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_FORBID_REUSE, request.keepsConnection ? 0 : 1)
        set(CURLOPT_ACCEPT_ENCODING, request.acceptsCompression ? "" : nil)
        set(CURLOPT_RANGE, request.range?.text)
        results.append(ccurl_set_pointer(easy, CURLOPT_SHARE, transfer.connections.share))
        results.append(contentsOf: Self.setCallbacks(of: easy, transfer: transfer))
        return results.allSatisfy { $0 == CURLE_OK }
    }

    private static func setCallbacks(of easy: UnsafeMutableRawPointer, transfer: Transfer) -> [CURLcode] {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        // Sockets outlive the transfer that opened them, so their context is the set.
        let connections = Unmanaged.passUnretained(transfer.connections).toOpaque()
        return [
            ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let context else { return 0 }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                // Anything but the count of bytes breaks the transfer off.
                return transfer.write(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? size * count + 1
            },
            ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context),
            ccurl_set_prerequest(
                easy,
                { context, _, _, _, _ in
                    guard let context else { return Int32(CURL_PREREQFUNC_ABORT) }
                    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                    transfer.watchdog.connected(now: MonotonicClock.milliseconds())
                    return Int32(CURL_PREREQFUNC_OK)
                },
                context
            ),
            ccurl_set_open_socket(
                easy,
                { context, _, address in
                    guard let context, let address else { return -1 }
                    return Unmanaged<ConnectionSet>.fromOpaque(context).takeUnretainedValue().open(address)
                },
                connections
            ),
            ccurl_set_close_socket(
                easy,
                { context, descriptor in
                    guard let context else { return -1 }
                    return Unmanaged<ConnectionSet>.fromOpaque(context).takeUnretainedValue().close(descriptor)
                },
                connections
            ),
        ]
    }
}
