/// What is wrong with what was shown.
extension Screening {
    /// A picture that was shown longer than its time.
    package struct Hold: Hashable, Sendable {
        package var at: Double
        /// Beyond the picture's own 40 ms.
        package var seconds: Double
        package var number: Int
    }

    /// Pictures whose number is the reel's picture, counted on over the reel's end.
    ///
    /// Steps of more than half a reel (28.8 s) pass for steps the other way.
    private var steps: [(picture: Picture, number: Int, step: Int)] {
        var last: Int?
        var count = 0
        return self.pictures.compactMap { picture in
            guard let number = picture.number else { return nil }
            guard let before = last else {
                (last, count) = (number, number)
                return (picture, number, 1)
            }
            let half = Reel.pictureCount / 2
            let step = (number - before + Reel.pictureCount + half) % Reel.pictureCount - half
            last = number
            count += step
            return (picture, count, step)
        }
    }

    package var unreadable: Int { self.pictures.count { $0.number == nil } }

    /// How often a picture followed a later one.
    package var jumpsBack: Int { self.steps.count { $0.step < 0 } }

    /// Pictures shown again after a later one was.
    package var repeated: Int {
        var latest = Int.min
        var count = 0
        for step in self.steps {
            if step.number < latest { count += 1 }
            latest = max(latest, step.number)
        }
        return count
    }

    /// What was shown again after a later picture was, and after it something new.
    private var excursions: [(pictures: Int, at: Double)] {
        var latest = Int.min
        var excursions: [(pictures: Int, at: Double)] = []
        var isBack = false
        for step in self.steps where step.step != 0 {
            if step.number > latest || latest == .min {
                (latest, isBack) = (step.number, false)
            } else if isBack {
                excursions[excursions.count - 1].pictures += 1
            } else {
                excursions.append((1, step.picture.at))
                isBack = true
            }
        }
        return excursions
    }

    /// Pictures of a programme that went back: each that was shown once more, where another such followed.
    package var replayed: Int { self.excursions.reduce(0) { $0 + ($1.pictures > 1 ? $1.pictures : 0) } }

    /// How often one earlier picture was shown again, for however long: what a hold that begins anew shows.
    package var returns: Int { self.excursions.count { $0.pictures == 1 } }

    /// Pictures never shown though a later one was.
    package var skipped: Int { self.steps.reduce(0) { $0 + max($1.step - 1, 0) } }

    /// Pictures that stood still.
    package var holds: [Hold] {
        var holds: [Hold] = []
        var start: Picture?
        for step in self.steps where step.step != 0 || start == nil {
            if let start, let number = start.number, step.picture.at - start.at > Self.pictureSeconds * 1.5 {
                holds.append(
                    Hold(at: start.at, seconds: step.picture.at - start.at - Self.pictureSeconds, number: number)
                )
            }
            start = step.picture
        }
        if let start, let number = start.number, let end = self.pictures.last?.at, end - start.at > Self.pictureSeconds
        {
            holds.append(Hold(at: start.at, seconds: end - start.at, number: number))
        }
        return holds
    }

    /// Longest step from one picture's time to the next, in seconds; 0.04 where there is no gap.
    ///
    /// Without the last pictures: a recording ends anywhere among pictures that are not sent in the order they are shown.
    package var pictureStepMax: Double {
        let pictures = self.pictures.dropLast(16)
        return zip(pictures.dropFirst(), pictures).map { $0.at - $1.at }.max() ?? 0
    }

    /// Steps of picture times that are not ahead.
    package var timesBack: Int { zip(self.pictures.dropFirst(), self.pictures).count { $0.at <= $1.at } }

    /// For each beep that has its flash: how much later than its picture it is heard, in seconds.
    package var soundDelays: [Double] {
        let flashes = self.steps.filter {
            $0.step > 0 && ($0.picture.number ?? 0) % NumberedPicture.cycle == NumberedPicture.flashAt
        }
        .map(\.picture.at)
        let reach = Double(NumberedPicture.cycle) * Self.pictureSeconds / 2
        return self.beeps.compactMap { beep in
            flashes.map { beep - $0 }.min { abs($0) < abs($1) }.flatMap { abs($0) < reach ? $0 : nil }
        }
    }

    /// How far sound and pictures moved against each other from what they were at first, in seconds.
    ///
    /// Of three beeps the middle one counts: of a beep whose first frames were lost only the end is heard.
    package var drift: Double {
        let delays = self.soundDelays
        let steady = zip(delays, zip(delays.dropFirst(), delays.dropFirst(2))).map { [$0, $1.0, $1.1].sorted()[1] }
        guard let first = steady.first else { return 0 }
        return steady.map { abs($0 - first) }.max() ?? 0
    }

    package static let pictureSeconds = 0.04

    /// One line that says all of it.
    package var summary: String {
        let held = self.holds.map(\.seconds)
        return """
            \(self.pictures.count) pictures, \(self.errors.count) errors, \(self.unreadable) unreadable, \
            \(self.jumpsBack) jumps back, \(self.repeated) repeated, \(self.skipped) skipped, \
            \(held.count) holds of \(Self.text(held.reduce(0, +))) s (longest \(Self.text(held.max() ?? 0))), \
            picture step \(Self.text(self.pictureStepMax)), audio gap \(Self.text(self.audioGapMax)), \
            \(self.beeps.count) beeps, drift \(Self.text(self.drift))
            """
    }

    /// Three places.
    package static func text(_ seconds: Double) -> String { "\((seconds * 1_000).rounded() / 1_000)" }
}
