import Delivery
import HTTP
import NIOCore

extension Configuration {
    /// What is listened to, for people.
    var listens: String {
        [self.publicListen, self.secureListen].compactMap { $0?.description }.joined(separator: " and ")
    }

    func apply(to delivery: inout DeliveryConfiguration) {
        self.limits.apply(to: &delivery)
        delivery.http.isPlainServed = self.publicListen != nil
        if let listen = self.publicListen {
            delivery.http.host = listen.host
            delivery.http.port = listen.port
        }
        if let listen = self.secureListen {
            delivery.http.secureHost = listen.host
            delivery.http.securePort = listen.port
        }
        delivery.trustedProxies = TrustedProxies(parsing: self.trustedProxies) ?? TrustedProxies()
    }
}
