internal import LarderBlobs
internal import LarderSystem

/// A part of a cache that is verified in one go: the work that is counted, resumed and shared out.
///
/// A shard stands for the files in it, for the rows of the blobs whose content digests begin with its number, and for the
/// entries whose keys do. Digests are spread evenly, so portions are of one size, and one portion at a time is all
/// that a sweep has to have in memory.
enum Portion: Hashable, Sendable {
  case shard(UInt8)
  /// What belongs to no shard: the index as a whole, staging, strangers in the directory, sessions.
  case rest

  static let count = 257

  /// As the index numbers portions.
  var number: Int {
    switch self {
    case .shard(let number): Int(number)
    case .rest: 256
    }
  }

  static let all: [Portion] = (0...255).map { .shard($0) } + [.rest]
}

/// Which portions a sweep takes on, and in which order.
///
/// A sweep that may take as long as it needs goes through them in their order. One that may not begins with those that
/// were never verified and goes on with those verified longest ago, so that short sweeps together get through
/// everything. A portion that was begun is brought to its end, so that every sweep gets on by one at least.
struct SweepPlan: Sendable {
  let portions: [Portion]
  /// The uptime in nanoseconds after which no portion is begun, except a first one; nil for none.
  let deadline: UInt64?

  init(verified: [Int: Timestamp], maximumDuration: Duration?, now: UInt64) {
    guard let maximumDuration else {
      portions = Portion.all
      deadline = nil
      return
    }
    let longestAgo = Portion.all.sorted { left, right in
      let (first, second) = (verified[left.number]?.nanoseconds ?? .min, verified[right.number]?.nanoseconds ?? .min)
      return first != second ? first < second : left.number < right.number
    }
    portions = longestAgo
    let (sum, overflow) = now.addingReportingOverflow(maximumDuration.nanoseconds)
    deadline = overflow ? .max : sum
  }

  /// The portion at a place in the order, if it is to be begun at this time.
  func portion(at place: Int, now: UInt64) -> Portion? {
    guard place < portions.count else { return nil }
    if place > 0, let deadline, now >= deadline { return nil }
    return portions[place]
  }
}
