import CZstd
import Foundation
import LiveChannels

/// Two seconds of a dark picture with a few words and silence for each purpose, for installations that have no slate of
/// their own.
///
/// Made with these words, and for the others with "Connection limit reached", "Another device is watching with this line",
/// "Subscription expired" and "Please contact your provider":
/// ```
/// font=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
/// ffmpeg -f lavfi -i "color=c=0x14202c:s=640x360:r=25:d=2" -f lavfi -i "anullsrc=r=48000:cl=stereo" -t 2 \
///   -vf "drawtext=fontfile=$font:text='Off air':fontcolor=0xd8dee6:fontsize=34:x=(w-text_w)/2:y=(h-text_h)/2-16,
///     drawtext=fontfile=$font:text='This channel will be back':fontcolor=0x8a97a5:fontsize=18:x=(w-text_w)/2:y=h/2+18" \
///   -pix_fmt yuv420p -c:v libx264 -profile:v baseline -preset veryslow -crf 30 -threads 1 \
///   -x264-params keyint=50:min-keyint=50:scenecut=0 -c:a aac -b:a 32k -ac 2 \
///   -muxdelay 0 -muxpreload 0 -pat_period 2 -f mpegts slate.ts
/// zstd -19 slate.ts && base64 -w 112 slate.ts.zst
/// ```
enum BuiltInSlate {
    /// A stored clip.
    struct Stored {
        /// Bytes of the stream, uncompressed.
        var size: Int
        var base64: String

        /// The clip; `nil` only if its file was damaged, which a test would show.
        var slate: Slate? {
            let stored = [UInt8](Data(base64Encoded: self.base64, options: .ignoreUnknownCharacters) ?? Data())
            var bytes = [UInt8](repeating: 0, count: self.size)
            let count = ZSTD_decompress(&bytes, bytes.count, stored, stored.count)
            guard ZSTD_isError(count) == 0, count == self.size else { return nil }
            return try? Slate(reading: bytes)
        }
    }

    /// One for each purpose, in English.
    static let slates: [SlatePurpose: Slate] = Dictionary(
        uniqueKeysWithValues: SlatePurpose.allCases.compactMap { purpose in
            Self.stored(purpose).slate.map { (purpose, $0) }
        }
    )

    private static func stored(_ purpose: SlatePurpose) -> Stored {
        switch purpose {
        case .offAir: self.offAir
        case .limitReached: self.limitReached
        case .expired: self.expired
        }
    }

    private static let offAir = Stored(
        size: 31208,
        base64: """
            KLUv/WToeB1sABqrbCo4EHCuDjAAgnwh0skwwjjeYwzrEIYoH5XNuXtEZc4YbynDS500wNyrUXWtrm31odLa7rEFTkHNLQV3ArICrgLkszMhaxu4
            RL1pgllSKDPAJqnEJ5RNI90+CoRMRUBI4hC2nj5SKXTQZ+Sh5gM74Dv8YSvhk1aCmU9/XgVrFyrQ29rFDKPvjMvCK8HTXB6BH2aVRL98PvQEysvA
            9DFwB87iYVgCYIYfFq/B1PeY4GU/QKbpf+Hh63vGoMXNR6A1QTgzRNtK0x8Cx+d/BdpN+Tqco/+3/wVtGq1r+fSZve5uebtyehu18xf0LK8Gp7Op
            zfwUj2ZWu63P6jnzOe5sXutbLB+HhkP7+VGyvk/xd2cLabZbG/pctz7DldVsceg4dFnNLqfh5Mxod2X13Jta+U19Zseh2WU4tFkdp+9vazS3sgU5
            ube12o2tY6F49nnNxiaHlr5w5dNoC+s0GntdZtOv16drnI8chrXyeQ3ugpltXuPacXUsv0a/vZ3VbB2tDCendjPrWix/bosrq9HQ1s52aDh9j7ry
            a2q0K3+3Tuv7VW1urbvBzfFnOP2avdrZ7fx5ffdWjivru3f3XnkLZrk3tfOavr3ybGe1vvPmslrZrHvXcXJodlruDY7tFiXVppaLiiu/yZ17fpS8
            hqaLqqurk5LyptlsNyx2x0Jl9x2rs9nOb3dpuSvzee1qbKxrochZXw2korb2XXs+l9X0qe6eVV/1s1rOrEPp2i3WjnOM0hXdypOJHltXMIGAydIC
            1/c4U53BjdWkm9ZkGnjy5kv/x3p7iWzb9Cgeva3a5NXoTvQj4bTb/8Pz3tL/v6j7Hxs6YknFd4q+/MeFGm2+yD2OmxtNXx79ARr/5/licp/kCq/u
            up/NaDr1Gazadk7DaWlNoz5bQG3Q6O+j/f+S0Y9AbvV5esTknkXmk6FSvDhj8RVnLDm3oEIkbAbosLcTqNA2owlkN2fjz+y6X7k5kkKWpcPdQw64
            ZodoCw24qUsA0Sy8D+gJuIy93uzGEcmQlAaICE5dfnQ+jHp9UwKrFOduvpKswjR8ip+RrQywEjwIIfcP+aKpK/0eQCd+c0VE/gFAsm8RLhADfZxU
            JE8Q8HmkTAQQaEIT/JwRWtGTvg9k9oZpZXY96QAmFpAWbgnl+FUCC6D1MaOXI4Skd5rrLfY2SBAdeMBBswrWZIWVpJt2n8+8V+MhsQ5AgAAgqnvQ
            YZaArfvxrgjK9SbN8sRwNTWgWLeWn51a7SN9cKmznpH2YjIGuWCSs/wi0HU29lJ0vA/YVQ0Xaby0hthfADJIran84NePzQ14DYrpI+RSdITAJm5M
            UYJImFQni/7B1HA2QgOUHSp5CbqqKIX5KIqKMfE1uKLbQ+ddkIZMKpGnShnMKF/MZAYZYkJFdHNli5iOIQaoov+ok+SHOW4oU3zfwIkeACnmsJwf
            BS5QM2XNl7QERB6Z0N4mTXKrK6up96yUogbcUq32Lm6wIJHcVXLMKSVBQ4EKPXg4C0VDJgKU0Fl5tfZ1QsygjQrdRKTS9rbSmOZFaqYT0O4+UBfg
            KH3Gpr8kMqm8SY+eQioJZcCc/eDKENnJCSaBIBHED8UFcp5nP66kmUSz9IXzJcCZZtTEHwGmQzNIoUIUqswB+TKxBcvQjNFbqgXZ1p7XTCynzjmx
            vFmXMh7pDhxjOYk72hQ8z1RYKuDXYO0nzYblkSAXKxfnn0OatKDlIZoGNU8LO2EURBKelOZJOZISBshREZ1zBkXA0Wo0TPM/Q41U5/HICSAG4z1A
            vAzJ4kox1QRQTYEaoyX4iK8bbXOQyIkSLShDJ8cTOoxuxCRMdANQBOEyqWTIJrzZYwDozdkUcD+lCf0d59ePwiQXua6RRJhZ2yOaCBkn7OJwPofo
            tYf0JUj0VrjAoNQhHj0ORvlZziFefBfD4OnqaM7BRZc+bD8qQz73fHU34BbtGF2XOZsNDoByUHo7MTMWBjrm8qWgvZEw1Ycrlqsck+kyiPI7KD+C
            73pz6tj50uwABgn5kdpnuSk8DsIGSsffDUECmTaezUiBFNe7eSKOnIfRiogjlbF9WUj7+fWSBWwOQTkMQXMCevwu2XSKyDq7tKTR5xGB9zzYp3Ce
            sAaBKQsjR3P3Exn1WwcHRzx/dNBxVEOTmeEGFBDH0VFeR6HwhlQC5OPf+m3NHQYvTBMhQj1PY5E6kWsUO186L6iyzENBKCnnKxytLOCWAzGsXMyF
            9VmoqKUh0cTS6fMT49gJjLyiAODeECvjYjpaQNDnQy3MEzE9cgWLauJOvnwqjT1Wkl1QDXXoY6POo028IXmXAKzTj0AMTpRNtk4adTyqweZZpplR
            hzDQG4KETAEy7wF5I9ZccqBoZD2SqJknNAKJLJBsqQT3rGA1hC1JDNxFmd7nUQY+Kc8CNovn8Ncas4jIQ568TsZ8ugQGuDrGUCc3GRjDB45FCmd+
            AwtIDUHMSBhq1TBKbNwIEOBah+QltnBOwf4AKX83AC+IZ/oMa5AyofqmfENri5cvhpgp9Rp0xGEoiHD5V7j0xUz29JkktTsz1FQ0tQSl6Hvtf1Hg
            eotXap0Isa2/SNOR5CkSRiV2boxn1vAED6uUJZFniVGoL+hMvsarR5N4xxKKBhXUgp3m/+PIZeiEMboNWNqTY5GdK8KMQ8jYU3PVbqrhGWN+xMtM
            MNMteQQTCOSYXzkYpWSQwhEB3hFLMeXMTD0sJJYqLYm272BAHHMa9rkpNEVhlcNJICAVK54p/P0lFRwzYpOWX7AWDQV81jW/Bg7iMbxgFftqeb+h
            mFUsFqWydoXkcW4Vk5VLZKWCSxpZdzIPwLpdM0WJ+K3gMNrK7HvvUu9+m2Ajr43lSW/jjhhmMa7B49QlUdVX5d2CVTb4/G1H2b8A1Zg3HSfb/vSI
            yV1ulev+ygVEFVSpCFS37qOqtToFqnVLq/AfFZPdgnV/oTq5vne3EsrOG+EW1Co3I7UE70cFu0tQ35dzX3mcrorNS9aFS0popMJvcbtUKkrEKnAT
            dVtEnXrvJVFZTH51qNrQbGN5SvWOwVpeWYw1BR+7Pj1iyl0yLIjUhIujygXfjuJo1ygcBKfjhNsNXzpvmuRdWsVUW7eM+4VIQctF5d2K98ZpgoVZ
            pykjHO1eRlCIDYCTnWP1cRXni6/wynmF7zyGYqRPwkKq2ATAib5h9ImY/T9PYfjn4OWfcR1ViWDCLzxTsnBn4/+8dV1KK4h44D/u6RG7cSNQvSf3
            0vSy74Ltd6rRRxnL+6QtIM2yiDFmkvIs6AqQYvurYCGSjpQr3+PhJUbvbLtDVP7BVB9K1fsuHmU7hNcBbqMle8ihpl58TXjFERANtRy6dtx9/Z18
            rj09+FEWTSVh+y2b/wnsZzAVBWvfS6JgadOY/PMoe/7nOXH9UNmoAWyWKtcxco+RnH6hUWDaDQ8SaGR0J+jwyh2SzNGt/r5fo6iyUd0pM12569ts
            AbWUtrvI9NG/9N/R/3vxhz06JjP+aHhxcfMHBs2sUMe8RBk+Naw86gDCw4B+PTLvAMMPxB7Al4yQ9z05ZyydwGipM/NBYKdMl/AaSekbIeLSBrS+
            6LTkM0fzVCMtIEPqxFUkB6wJj9fZoU3jTh/J19cVkGKg0sMJLJ1oHgGB0ahRXJBEREREREFSkiQdYSaZmdkmHTJRhkEhBEFwAgRhsERIiPD/idAP
            QG+joZi+Yab1ca8zlqkLmwS9dyA2sctD8VKoc0TClI6Wrj2/gYmXVE03HQ+dMVGbPjI4QScm/SbJB5EJ07tJ4oNDJYxJTclbj3Q2NM7EylR6wHlV
            gSn3G4hOohLulF0PTAoqvWy84VBZS4NLVzZ+hkp4mvzF0Q3KmynYJtenNsNMPJn8jxs5WIZmIrPk1bczmwmuJdn9N4nRoaimqDXRjKmy6ZWBAz4x
            0SvNeIqeLHkvzbhlUx3ilmibXmEI4TQhNd2r5SBwEoXDra+ksOkUmXw5RAFMuE1Ob8N5DSk3mFYeRCdM7yYJD06VxlTZ5MktRGsAMOE2Hf2QgdAu
            mMAqncVDhcCpFMN0d50YDOUAE2wTOm+s2GaHIk3qTH1wLXbyzYDF6zgwGRLP0BoU3kgTqsmt2A1MxtRtsqqAHDqJethG0gA20TL9xNgIcjdVu8mc
            CYZcwuSrJEubmurUlqpNfRZuEABTatOFktso8DrfmngeQramx6Y8kRupaEy1TXgRCYVpojX5RrpNC2ugN6k17aEfvVHAgeYybT+TeTx9pI0BBMqf
            aa5MzseeaRiJuXfKHOudTkehdQIlCBIFPwlLj/irG3jAyyOYA8wI9SSe4mTAE7WXE2NwqM5DqPJAD6HEKudVTlegQVaJgF7Ved43rKjIrraI4nkJ
            YIVlKhaZmhVrAlLzfNihXz8gH43m1OapxFMCOQff80DcxM4y/DTZ+DTrUeklCw1h3356LBJE7obeepzZQx/oMYNHIHFEin0Qmt8lIT2GV7c2uJ8F
            fUCmk3ezIkPlo1vPyoNEm2b3pm9zgG2DEZON3Ee4i83Jr1NH14no1v9G2hpZL66C1spGymhD1ZRgNv5l8KHl8+FGM51mGjH2eHvKWin16MH8Exob
            jYlsjPaAuXlBsosG/pNRcYQQ+y/IC/ZKBa0PF7E=

            """
    )
}
