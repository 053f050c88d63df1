import Model

/// Who waits for a slow hash.
///
/// Viewers are bounded, in all and by network, so that a guesser fills neither the queue nor the places of others.
/// Operators, who bring thousands at once and wait for them, take turns with viewers and are not refused.
///
/// Pure: what a job is and who runs it is the caller's business.
struct PasswordQueue<Job> {
    /// Viewers that wait; further ones are told to come again.
    static var waitingMax: Int { 64 }
    /// Of them, those of one /24 or /56.
    static var networkMax: Int { 8 }

    private var viewers: [(network: NetworkAddress, job: Job)] = []
    private var operators: [Job] = []
    private var isOperatorsTurn = false

    var count: Int { self.viewers.count + self.operators.count }

    /// Takes a viewer's job in; `false` when too many wait.
    mutating func asked(_ job: Job, from network: NetworkAddress) -> Bool {
        guard self.viewers.count < Self.waitingMax,
            self.viewers.count(where: { $0.network == network }) < Self.networkMax
        else { return false }
        self.viewers.append((network, job))
        return true
    }

    /// Takes an operator's job in.
    mutating func ordered(_ job: Job) {
        self.operators.append(job)
    }

    /// The job to be done now.
    mutating func next() -> Job? {
        self.isOperatorsTurn = !self.isOperatorsTurn
        if !self.operators.isEmpty, self.isOperatorsTurn || self.viewers.isEmpty { return self.operators.removeFirst() }
        return self.viewers.isEmpty ? nil : self.viewers.removeFirst().job
    }
}
