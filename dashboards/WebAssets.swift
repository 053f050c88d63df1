/// Files of the pages that Baton writes, carried in the binary.
package enum WebAssets {
    /// The style sheet of reports and replays.
    package static var reportCSS: String { String(decoding: PackageResources.report_css, as: UTF8.self) }
}
