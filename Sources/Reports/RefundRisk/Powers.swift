import Glibc

extension Double {
    /// The number raised to a power.
    func power(_ exponent: Double) -> Double { pow(self, exponent) }

    /// The natural logarithm of one more than the number.
    var logOfOneMore: Double { log1p(self) }

    /// The share that log odds stand for, from 0 to 1.
    var share: Double { 1 / (1 + exp(-self)) }
}
