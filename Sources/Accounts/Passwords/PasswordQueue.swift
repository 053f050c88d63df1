import Model

/// Who waits for a slow hash.
///
/// Viewers are bounded, in all and by network, so that a guesser doesn't fill the queue; networks take turns, so that he
/// doesn't make others wait either: after a restart everybody behind one carrier's address comes at once.
/// Operators, who bring thousands at once and wait for them, take turns with viewers and are not refused.
///
/// Pure: what a job is and who runs it is the caller's business.
struct PasswordQueue<Job> {
    /// Viewers that wait, some eight seconds for the last; further ones are told to come again.
    static var waitingMax: Int { 256 }
    /// Of them, those of one /24 or /56, some two seconds for the last when nobody else waits.
    static var networkMax: Int { 64 }

    private var viewers: [NetworkAddress: Line] = [:]
    /// Networks that somebody waits from, the next one first.
    private var turns: [NetworkAddress] = []
    private var viewerCount = 0
    private var operators: [Job] = []
    private var isOperatorsTurn = false

    /// Jobs of one network in their order; those before `first` are done.
    private struct Line {
        var jobs: [Job]
        var first = 0
    }

    var count: Int { self.viewerCount + self.operators.count }

    /// Takes a viewer's job in; `false` when too many wait.
    mutating func asked(_ job: Job, from network: NetworkAddress) -> Bool {
        guard self.viewerCount < Self.waitingMax else { return false }
        if let line = self.viewers[network] {
            guard line.jobs.count - line.first < Self.networkMax else { return false }
            self.viewers[network]?.jobs.append(job)
        } else {
            self.viewers[network] = Line(jobs: [job])
            self.turns.append(network)
        }
        self.viewerCount += 1
        return true
    }

    /// Takes an operator's job in.
    mutating func ordered(_ job: Job) {
        self.operators.append(job)
    }

    /// The job to be done now.
    mutating func next() -> Job? {
        self.isOperatorsTurn = !self.isOperatorsTurn
        if !self.operators.isEmpty, self.isOperatorsTurn || self.turns.isEmpty { return self.operators.removeFirst() }
        guard !self.turns.isEmpty else { return nil }
        let network = self.turns.removeFirst()
        guard var line = self.viewers.removeValue(forKey: network) else { return nil }
        let job = line.jobs[line.first]
        line.first += 1
        self.viewerCount -= 1
        if line.first < line.jobs.count {
            self.viewers[network] = line
            self.turns.append(network)
        }
        return job
    }
}
