import Model

/// Why a score is as it is, in words: what speaks against one household and what speaks for it, largest first, adding up.
struct SharingReasons {
    let evidence: SharingEvidence
    let score: SharingScore

    /// Shown pieces, then all smaller ones together; their points add up to the score's sum exactly.
    var list: [Reason] {
        let shown = Evidence.allCases.filter { abs(self.score.points[$0]) >= SharingScore.shownMin }
            .sorted { a, b in
                let (left, right) = (abs(self.score.points[a]), abs(self.score.points[b]))
                return left != right ? left > right : a.rawValue < b.rawValue
            }
        var rest = self.score.sum - Evidence.constant
        var reasons = shown.map { kind in
            rest -= self.score.points[kind]
            return Reason(
                self.text(kind),
                points: Self.points(self.score.points[kind]),
                events: self.evidence.examples.events(kind)
            )
        }
        if let memory = self.score.memory, abs(memory) >= SharingScore.shownMin {
            rest -= memory
            let text = memory > 0 ? "earlier weeks showed it too" : "nothing of it in earlier weeks"
            let place = reasons.firstIndex { abs($0.points ?? 0) < Double(abs(memory)) / 100 } ?? reasons.count
            reasons.insert(Reason(text, points: Self.points(memory)), at: place)
        }
        if rest != 0 { reasons.append(Reason("other", points: Self.points(rest))) }
        reasons.append(Reason("where everyone begins", points: Self.points(Evidence.constant)))
        if self.score.isCapped { reasons.append(Reason("one kind of evidence alone: kept below 90")) }
        return reasons
    }

    private static func points(_ hundredths: Int) -> Double { Double(hundredths) / 100 }

    private func text(_ kind: Evidence) -> String {
        let evidence = self.evidence
        switch kind {
        case .ownHome:
            return
                "\(Self.minutes(evidence.ownHome)) in \(Self.count(evidence.ownHomes, "another home", "other homes")) on TVs or boxes the main home never saw"
        case .ownLine:
            return "\(Self.minutes(evidence.ownLine)) on devices that never shared a line with the main home's others"
        case .ownMobile: return "\(Self.minutes(evidence.ownMobile)) by mobile network on boxes the main home never saw"
        case .foreign: return "\(Self.minutes(evidence.foreign)) through VPNs or networks abroad, as travellers do"
        case .knownByID: return "\(Self.minutes(evidence.knownByID)) elsewhere on devices of the main home"
        case .knownByAgent:
            return "\(Self.minutes(evidence.knownByAgent)) elsewhere on a kind of device the main home has"
        case .overlapOwn:
            let days = evidence.overlapDays.nonzeroBitCount
            return
                "two homes watched at once for \(Self.minutes(evidence.overlapOwn)) on \(Self.count(days, "a day", "days")), the second on devices of its own"
        case .overlapMobile:
            return
                "\(Self.minutes(evidence.overlapMobile)) at home and on the move at once, there on devices of its own"
        case .refusedHome:
            return "refused \(Spoken.times(Int64(evidence.refusedHome))) while another home held the slot"
        case .refusedOther:
            return "refused \(Spoken.times(Int64(evidence.refusedOther))) while another network held the slot"
        case .alternation:
            return
                "homes without a common device took turns \(Spoken.times(Int64(evidence.switchesFast))) within 2 hours, \(Spoken.times(Int64(evidence.switchesSlow))) later"
        case .devices: return "\(evidence.devices) devices"
        case .taste: return "the second home watches other channels (\(Int((evidence.taste * 100).rounded())) of 100)"
        case .mainSilent:
            return
                "the main home was silent on \(Int((evidence.mainSilent * 100).rounded())) % of the days the other was in use"
        case .weekend:
            return
                "\(Int((evidence.weekend * 100).rounded())) % of the other home's time at the weekend, as second homes have"
        case .match: return "\(Self.minutes(evidence.match)) of matches in another home"
        }
    }

    private static func minutes(_ milliseconds: Int64) -> String {
        "\(DecimalText.text(SharingPoints.minutes(milliseconds), decimals: 0)) min"
    }

    private static func count(_ count: Int, _ one: String, _ many: String) -> String {
        count == 1 ? one : "\(count) \(many)"
    }
}
