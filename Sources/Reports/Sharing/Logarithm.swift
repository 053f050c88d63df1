import Glibc

/// The two functions of the C library that scores are made with; results are rounded to hundredths, so that the last bit of
/// one machine's library shows nowhere.
enum Logarithm {
    static func base2(_ value: Double) -> Double { log2(value) }
    static func exponential(_ value: Double) -> Double { exp(value) }
}
