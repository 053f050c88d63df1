// swift-tools-version: 6.2
import PackageDescription

/// The compiler settings of every Swift target.
func house() -> [SwiftSetting] {
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ]
}

/// A library target, its folder README kept out of the build.
func module(
    _ name: String,
    _ imports: [Target.Dependency] = [],
    resources: [Resource] = []
) -> Target {
    .target(
        name: name,
        dependencies: imports,
        exclude: ["README.md"],
        resources: resources,
        swiftSettings: house()
    )
}

/// The tests of a target; `Fixtures` hold small committed files.
func tests(
    _ name: String,
    _ imports: [Target.Dependency] = [],
    fixtures: Bool = false
) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: "TestSupport")] + imports,
        exclude: fixtures ? ["Fixtures"] : [],
        swiftSettings: house()
    )
}

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")

// A target may import only what stands above it; the build checks it.
let package = Package(
    name: "Baton",
    products: [.executable(name: "baton", targets: ["baton"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CMaxMindDB", pkgConfig: "libmaxminddb", providers: [.apt(["libmaxminddb-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        module("Model"),
        module("MPEGTS", ["Model"]),
        module("HLS", ["Model", "MPEGTS"]),
        module("RTMP", ["Model", "MPEGTS"]),
        module("Continuity", ["Model", "MPEGTS"]),
        module("Guide", ["Model", "CZlib", grdb]),
        module("Events", ["Model"]),
        module("EventLog", ["Model", "CZstd", crypto]),
        module("Vault", ["Model", "CSodium", crypto, grdb]),
        module("Projections", ["Model", "Events", "EventLog", grdb]),
        .target(
            name: "Dashboards",
            path: "dashboards",
            exclude: ["README.md", "grafana"],
            resources: [.embedInCode("web/report.css")],
            swiftSettings: house()
        ),
        module("Reports", ["Model", "Events", "Projections", "Dashboards", grdb]),
        module("Ledger", ["Model", "Events", "EventLog", "Projections", grdb]),
        module("Accounts", ["Model", "Events", "Vault", "Projections", "Ledger", grdb]),
        module("Ingest", ["Model", "MPEGTS", "HLS", "RTMP", "CCurl", cryptoExtras, nio, nioPosix]),
        module("LiveChannels", ["Model", "MPEGTS", "HLS", "Continuity", "Events", "Ingest", nio, nioPosix]),
        module("Geo", ["Model", "CMaxMindDB"]),
        module("HTTP", [nio, nioPosix, nioTLS]),
        module("TLS", [nio, nioSSL]),
        module("PlayerAPI", ["Model"]),
        module("Delivery", ["Model", "HLS", "Events", "Accounts", "LiveChannels", "HTTP", nio, nioPosix]),
        module(
            "App",
            [
                "Model", "MPEGTS", "HLS", "Events", "EventLog", "Vault", "Projections", "Ledger", "Accounts",
                "Guide", "Ingest", "LiveChannels", "Geo", "HTTP", "TLS", "PlayerAPI", "Delivery", "Reports", "CCurl",
                "CZlib", "CZstd", nio,
                nioPosix, grdb, logging, signals, yams,
            ]
        ),
        .executableTarget(
            name: "baton",
            dependencies: ["Model", "App", "Accounts", "Reports", arguments],
            exclude: ["README.md"],
            swiftSettings: house()
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: house()),
        .target(
            name: "TestKit",
            dependencies: ["TestSupport", "Model", "MPEGTS", "RTMP", nio, nioPosix],
            path: "Tests/TestKit",
            exclude: ["README.md"],
            swiftSettings: house()
        ),
        tests("Model", ["Model"]),
        tests("MPEGTS", ["Model", "MPEGTS"]),
        tests("HLS", ["Model", "MPEGTS", "HLS"], fixtures: true),
        tests("RTMP", ["Model", "MPEGTS", "RTMP"]),
        tests("Continuity", ["Model", "MPEGTS", "Continuity"]),
        tests("Guide", ["Model", "Guide"]),
        tests("Events", ["Model", "Events"], fixtures: true),
        tests("EventLog", ["Model", "EventLog", "CZstd"]),
        tests("Vault", ["Model", "Vault"]),
        tests("Projections", ["Model", "Events", "EventLog", "Projections", grdb]),
        tests("Reports", ["Model", "Events", "Projections", "Reports", "App", grdb], fixtures: true),
        tests("Ledger", ["Model", "Events", "EventLog", "Projections", "Ledger", grdb]),
        tests("Accounts", ["Model", "Events", "EventLog", "Vault", "Projections", "Ledger", "Accounts", grdb]),
        tests("Ingest", ["Model", "MPEGTS", "HLS", "RTMP", "Ingest", nio, nioPosix]),
        tests(
            "LiveChannels",
            [
                "Model", "MPEGTS", "HLS", "Continuity", "Events", "Ingest", "LiveChannels", "TestKit", nio, nioPosix,
                nioEmbedded,
            ]
        ),
        tests("PlayerAPI", ["Model", "PlayerAPI"]),
        tests("HTTP", ["HTTP", nio, nioPosix, nioEmbedded]),
        tests(
            "Delivery",
            [
                "Model", "MPEGTS", "HLS", "Events", "Accounts", "LiveChannels", "HTTP", "Delivery", nio, nioPosix,
                nioEmbedded,
            ]
        ),
        tests(
            "App",
            [
                "Model", "Events", "EventLog", "Vault", "Projections", "Ledger", "Accounts", "LiveChannels", "Geo",
                "TLS", "PlayerAPI", "Delivery", "Reports", "App", nio, grdb, logging,
            ]
        ),
        tests("Geo", ["Model", "Geo"]),
        tests("TLS", ["TLS", nio, nioSSL, nioEmbedded]),
        tests("House"),
        tests("TestKit", ["Model", "MPEGTS", "RTMP", "TestKit", nio, nioPosix]),
        tests("EndToEnd", ["baton", "Model", "MPEGTS", "TestKit"]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Model", "Events", "EventLog", "Vault", "Projections", "Ledger", "Accounts", "MPEGTS", "HLS",
                "Continuity", "Ingest", "LiveChannels", "HTTP", "Delivery", "Reports", "App", nio, nioPosix, grdb,
            ],
            path: "Tests/Benchmarks",
            exclude: ["README.md", "Reports/sharing.py"],
            swiftSettings: house()
        ),
    ]
)
