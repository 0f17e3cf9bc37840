internal import Glibc

/// Measures the contenders of a group in turn.
enum Stopwatch {
  /// Nanoseconds of a clock that never goes back.
  @inline(__always)
  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Times every operation alone. The first turn of each contender warms up and does not count.
  static func measure(_ group: Group) async throws -> GroupResult {
    var samples = [[UInt64]](repeating: [], count: group.contenders.count)
    for index in samples.indices { samples[index].reserveCapacity(group.rounds * group.batch) }
    for round in 0...group.rounds {
      for (index, contender) in group.contenders.enumerated() {
        let first = round * group.batch
        let times: [UInt64]
        switch contender.operation {
        case .synchronous(let body):
          times = try time(first..<first + group.batch, contender.prepare, body)
        case .asynchronous(let body):
          times = try await time(first..<first + group.batch, contender.prepare, body)
        }
        if round > 0 { samples[index] += times }
      }
    }
    let results = zip(group.contenders, samples).map { Result(name: $0.name, samples: $1) }
    return GroupResult(group, results)
  }

  private static func time(
    _ numbers: Range<Int>, _ prepare: ((Int) throws -> Void)?, _ body: (Int) throws -> Void
  ) throws -> [UInt64] {
    var times: [UInt64] = []
    times.reserveCapacity(numbers.count)
    for number in numbers {
      try prepare?(number)
      let start = now()
      try body(number)
      times.append(now() - start)
    }
    return times
  }

  private static func time(
    _ numbers: Range<Int>, _ prepare: ((Int) throws -> Void)?, _ body: (Int) async throws -> Void
  ) async throws -> [UInt64] {
    var times: [UInt64] = []
    times.reserveCapacity(numbers.count)
    for number in numbers {
      try prepare?(number)
      let start = now()
      try await body(number)
      times.append(now() - start)
    }
    return times
  }
}
