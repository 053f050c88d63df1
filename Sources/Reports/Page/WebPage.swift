import Dashboards

/// One self-contained page: its style inside, no script, nothing fetched from anywhere.
package struct WebPage {
    package var title: String
    /// A line under the title, such as week, zone, and what it covers.
    package var meta: String
    package var body: HTML
    /// Lines at the end: how it was counted, what it may not be used for.
    package var notes: [String]

    package init(title: String, meta: String, body: HTML, notes: [String] = []) {
        self.title = title
        self.meta = meta
        self.body = body
        self.notes = notes
    }

    /// The whole file.
    package var text: String {
        let notes = self.notes.map { "<p>\($0)</p>" as HTML }.joined(by: "\n")
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <title>\(self.title)</title>
            <style>
            \(HTML(style: WebAssets.reportCSS))
            </style>
            </head>
            <body>
            <header>
            <h1>\(self.title)</h1>
            <p class="meta">\(self.meta)</p>
            </header>
            <main>
            \(self.body)
            </main>
            <footer>
            \(notes)
            </footer>
            </body>
            </html>

            """
        return page.text
    }
}
