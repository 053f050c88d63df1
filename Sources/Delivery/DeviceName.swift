import HTTP

/// The id that an app sends for its device, if it does.
///
/// Looked for, in this order, where apps put it: `X-Device-Id`; the query's `device_id`, `deviceId` or `mac`; the cookie
/// `mac` of MAG boxes. It is the viewer's word: it tells boxes of one household apart, and opens nothing.
enum DeviceName {
    /// Characters of the longest id that is believed; UUIDs have 36, the longest serial numbers in use 40.
    static let sizeMax = 64
    static let parameters = ["device_id", "deviceId", "mac"]

    /// `nil` when there is none, or none that could be one.
    static func read(_ request: RequestHead) -> String? {
        if let id = request.deviceID { return self.checked(id) }
        if !request.target.query.isEmpty {
            for name in self.parameters {
                if let id = request.target.queryValue(name) { return self.checked(id) }
            }
        }
        return request.cookie("mac").flatMap(self.checked)
    }

    /// Letters, digits and `-_.:`, in lower case; cookies write the colons of a MAC address as `%3A`.
    static func checked(_ text: String) -> String? {
        let id = text.lowercased().replacing("%3a", with: ":")
        guard (1...self.sizeMax).contains(id.utf8.count), id.utf8.allSatisfy(self.isAllowed) else { return nil }
        return id
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
