import Model
import Testing

struct DeviceClassTests {
    static let cases: [(String, DeviceClass)] = [
        ("ExoPlayerLib/2.19.1 (AFTMM; Android 7.1)", .tv),
        ("Mozilla/5.0 (SMART-TV; Linux; Tizen 6.5) AppleWebKit/537.36", .tv),
        ("ExoPlayerLib/2.18.7 (Android TV 11)", .tv),
        ("Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36", .tv),
        ("MAG254 stbapp ver: 4 rev: 2721", .tv),
        ("AppleCoreMedia/1.0.0 (Apple TV; tvOS 17_4)", .tv),
        ("Enigma2 HbbTV/1.1.1 (+PVR)", .tv),
        ("Roku/DVP-12.5 (12.5.0)", .tv),
        ("AppleCoreMedia/1.0.0 (iPhone; iOS 17_4)", .portable),
        ("AppleCoreMedia/1.0.0 (iPad; iOS 17_2)", .portable),
        ("ExoPlayerLib/2.19.1 (SM-A546B; Android 14)", .portable),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/129.0", .portable),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", .portable),
        ("okhttp/4.12.0", .unknown),
        ("VLC/3.0.18 LibVLC/3.0.18", .unknown),
        ("Kodi/20.2 (Linux; Android 11)", .unknown),
        ("ExoPlayerLib/2.19.1 (Linux;Android 9)", .unknown),
        ("Lavf/58.76.100", .unknown),
        ("aircraft draft", .unknown),
        ("", .unknown),
    ]

    @Test(arguments: cases)
    func `a user agent says what kind of device it is, or not`(_ userAgent: String, _ kind: DeviceClass) {
        #expect(DeviceClass(userAgent: userAgent) == kind)
    }
}
