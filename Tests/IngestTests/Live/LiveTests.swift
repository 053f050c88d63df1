import Testing

/// Tests with sockets and processes, one after another.
@Suite(.serialized, .timeLimit(.minutes(1)))
enum LiveTests {}
