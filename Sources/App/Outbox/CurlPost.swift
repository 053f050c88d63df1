import CCurl
import Foundation

/// Sends something by mail or to a web address, through libcurl; blocks its thread.
enum CurlPost {
    /// Milliseconds until a connection stands, and until all is done.
    static let connectMilliseconds = 15_000
    static let wholeMilliseconds = 120_000
    /// Bytes of an answer that are taken; what it says is of no use.
    static let answerMax = 1 << 16

    /// Initialised once for the process, before the first handle.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Hands a mail to the operator's server.
    ///
    /// - Throws: ``CurlPostError``
    static func mail(_ message: MailMessage, through account: MailAccount, password: String?) throws(CurlPostError) {
        try Self.perform { easy in
            easy.set(CURLOPT_URL, account.server)
            easy.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
            easy.set(
                CURLOPT_USE_SSL,
                account.isEncrypted ? Int(CURLUSESSL_ALL.rawValue) : Int(CURLUSESSL_NONE.rawValue)
            )
            if let file = account.authorityFile { easy.set(CURLOPT_CAINFO, file) }
            if let user = account.user, let password {
                easy.set(CURLOPT_USERNAME, user)
                easy.set(CURLOPT_PASSWORD, password)
            }
            easy.set(CURLOPT_MAIL_FROM, "<\(account.from)>")
            easy.set(CURLOPT_MAIL_RCPT, account.to.map { "<\($0)>" })
            easy.set(CURLOPT_UPLOAD, 1)
            easy.upload(message.bytes)
        }
    }

    /// Posts bytes to an address.
    ///
    /// - Throws: ``CurlPostError``, for any answer but 2xx too.
    static func post(
        _ bytes: [UInt8],
        to url: String,
        contentType: String,
        headers: [String],
        token: String?
    ) throws(CurlPostError) {
        try Self.perform { easy in
            easy.set(CURLOPT_URL, url)
            easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
            easy.set(CURLOPT_USERAGENT, "baton/\(Version.text)")
            // Without "Expect", which makes small servers wait.
            var lines = ["Content-Type: \(contentType)", "Expect:"] + headers
            if let token { lines.append("Authorization: Bearer \(token)") }
            easy.set(CURLOPT_HTTPHEADER, lines)
            easy.set(CURLOPT_POST, 1)
            easy.set(CURLOPT_POSTFIELDSIZE, bytes.count)
            easy.upload(bytes)
        }
    }

    private static func perform(_ prepare: (borrowing CurlEasy) -> Void) throws(CurlPostError) {
        guard Self.isReady, let handle = curl_easy_init() else { throw .failed("libcurl did not start") }
        let easy = CurlEasy(handle)
        easy.set(CURLOPT_NOSIGNAL, 1)
        easy.set(CURLOPT_PROXY, "")
        easy.set(CURLOPT_NOPROXY, "*")
        easy.set(CURLOPT_NETRC, 0)
        easy.set(CURLOPT_SSL_VERIFYPEER, 1)
        easy.set(CURLOPT_SSL_VERIFYHOST, 2)
        easy.set(CURLOPT_CONNECTTIMEOUT_MS, Self.connectMilliseconds)
        easy.set(CURLOPT_TIMEOUT_MS, Self.wholeMilliseconds)
        prepare(easy)
        guard easy.isComplete else { throw .failed("libcurl refused an option") }
        let code = curl_easy_perform(handle)
        var answer = 0
        _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &answer)
        // A mail server's last answer is told with the error; a web server's is an error only here.
        guard code == CURLE_OK else {
            let words = String(cString: curl_easy_strerror(code))
            throw answer >= 400 ? .refused(answer) : .failed(words)
        }
        guard (200..<300).contains(answer) else { throw .refused(answer) }
    }
}

/// Why something could not be sent; names no address and no secret.
enum CurlPostError: Error, Hashable, CustomStringConvertible {
    /// The server's answer.
    case refused(Int)
    /// In libcurl's words.
    case failed(String)

    var description: String {
        switch self {
        case .refused(let code): "the server answered \(code)"
        case .failed(let words): words
        }
    }
}

/// One handle of libcurl, with what must live as long as it.
private struct CurlEasy: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private let kept = Kept()

    /// What libcurl only points to.
    private final class Kept {
        var lists: [UnsafeMutablePointer<curl_slist>] = []
        var body: [UInt8] = []
        var done = 0
        var answered = 0
        var isComplete = true
    }

    init(_ handle: UnsafeMutableRawPointer) {
        self.handle = handle
        let context = Unmanaged.passUnretained(self.kept).toOpaque()
        self.note(ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context))
        self.note(
            ccurl_set_data_callback(handle, CURLOPT_WRITEFUNCTION) { _, size, count, context in
                guard let context else { return 0 }
                let kept = Unmanaged<Kept>.fromOpaque(context).takeUnretainedValue()
                kept.answered += size * count
                return kept.answered <= CurlPost.answerMax ? size * count : 0
            }
        )
    }

    deinit {
        curl_easy_cleanup(self.handle)
        for list in self.kept.lists { curl_slist_free_all(list) }
    }

    /// Whether every option was taken.
    var isComplete: Bool { self.kept.isComplete }

    private func note(_ code: CURLcode) { if code != CURLE_OK { self.kept.isComplete = false } }

    func set(_ option: CURLoption, _ value: Int) { self.note(ccurl_set_long(self.handle, option, value)) }

    func set(_ option: CURLoption, _ value: String) { self.note(ccurl_set_string(self.handle, option, value)) }

    func set(_ option: CURLoption, _ values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            guard let longer = curl_slist_append(list, value) else {
                self.kept.isComplete = false
                break
            }
            list = longer
        }
        guard let list else { return }
        self.kept.lists.append(list)
        self.note(ccurl_set_pointer(self.handle, option, list))
    }

    /// Sends these bytes as the body.
    func upload(_ bytes: [UInt8]) {
        self.kept.body = bytes
        let context = Unmanaged.passUnretained(self.kept).toOpaque()
        self.note(ccurl_set_pointer(self.handle, CURLOPT_READDATA, context))
        self.note(
            ccurl_set_data_callback(self.handle, CURLOPT_READFUNCTION) { room, size, count, context in
                guard let context, let room else { return 0 }
                let kept = Unmanaged<Kept>.fromOpaque(context).takeUnretainedValue()
                let part = min(size * count, kept.body.count - kept.done)
                kept.body.withUnsafeBytes { body in
                    UnsafeMutableRawBufferPointer(start: room, count: part)
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: body[kept.done..<(kept.done + part)]))
                }
                kept.done += part
                return part
            }
        )
    }
}
