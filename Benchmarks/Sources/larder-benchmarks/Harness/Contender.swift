/// One thing that is measured: an operation with a number, so that each can have a key or value of its own.
struct Contender {
  enum Operation {
    case synchronous((Int) throws -> Void)
    case asynchronous((Int) async throws -> Void)
  }

  let name: String
  /// Makes the next operation ready; its time does not count.
  let prepare: ((Int) throws -> Void)?
  let operation: Operation

  init(_ name: String, prepare: ((Int) throws -> Void)? = nil, _ operation: @escaping (Int) throws -> Void) {
    self.name = name
    self.prepare = prepare
    self.operation = .synchronous(operation)
  }

  init(
    asynchronous name: String, prepare: ((Int) throws -> Void)? = nil, _ operation: @escaping (Int) async throws -> Void
  ) {
    self.name = name
    self.prepare = prepare
    self.operation = .asynchronous(operation)
  }
}

/// Contenders that do comparable work and are measured in turn, so that noise meets all of them alike.
struct Group {
  let name: String
  /// How often each contender gets its turn.
  var rounds: Int
  /// How many operations a turn has.
  var batch: Int
  /// The contender that is the bare input and output of this work.
  let primitive: String
  /// The contender that is the bare hashing and coding of this work, if there is any.
  let codec: String?
  var contenders: [Contender]
  /// How many bytes it needs on the disk at most, where that is much.
  var space: Int64 = 0
}
