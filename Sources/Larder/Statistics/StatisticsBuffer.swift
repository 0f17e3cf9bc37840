internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// Uses and counters that wait to be recorded together: a hit must not cost a write.
final class StatisticsBuffer: Sendable {
  struct FunctionName: Hashable {
    var namespace: String
    var function: String
  }

  struct Counters {
    var hits: Int64 = 0
    var saved: Int64 = 0
    var bytesRead: Int64 = 0
    var puts: Int64 = 0
    var bytesWritten: Int64 = 0
    var computed: Int64 = 0
    var failures: Int64 = 0
    var changedInputs: Int64 = 0
    var misses: [MissReason: Int64] = [:]
  }

  private struct State {
    var functions: [FunctionName: Counters] = [:]
    var uses: [ArtifactKey: UseRecord] = [:]
    /// What could not be recorded, each counter under itself without its value.
    var returned: [Statistic: Int64] = [:]
    var events = 0
    var lastDrain: Timestamp
  }

  private let clock: Clock
  private let state: Locked<State>

  init(clock: Clock) {
    self.clock = clock
    state = Locked(State(lastDrain: clock.now()))
  }

  /// Counts an event; true when enough have come together, or the oldest has waited long enough, to be recorded.
  func count(
    _ function: FunctionName, use key: ArtifactKey? = nil, at time: Timestamp, _ change: (inout Counters) -> Void
  ) -> Bool {
    state.withLock { state in
      change(&state.functions[function, default: Counters()])
      if let key { state.uses[key, default: UseRecord(key: key, count: 0, last: time)].add(time) }
      state.events += 1
      return state.events >= 4096 || time > state.lastDrain.adding(nanoseconds: 5_000_000_000)
    }
  }

  /// Takes everything out.
  func drain() -> ([UseRecord], [Statistic]) {
    let now = clock.now()
    return state.withLock { state in
      defer { state = State(lastDrain: now) }
      var statistics = state.functions.flatMap { name, counters in counters.statistics(name, now.day) }
      for (name, value) in state.returned {
        var statistic = name
        statistic.value = value
        statistics.append(statistic)
      }
      return (Array(state.uses.values), statistics)
    }
  }

  /// Beyond so many, uses that could not be recorded are lost: they only make a choice of victims better.
  private static let usesKept = 100_000

  /// Takes back what was drained and could not be recorded.
  func putBack(_ uses: [UseRecord], _ statistics: [Statistic]) {
    state.withLock { state in
      for use in uses where state.uses.count < Self.usesKept || state.uses[use.key] != nil {
        var sum = use
        if let more = state.uses[use.key] {
          sum.count.addClamping(more.count)
          sum.last = max(sum.last, more.last)
        }
        state.uses[use.key] = sum
      }
      for statistic in statistics {
        var name = statistic
        name.value = 0
        state.returned[name, default: 0].addClamping(statistic.value)
      }
    }
  }
}

extension UseRecord {
  fileprivate mutating func add(_ time: Timestamp) {
    count += 1
    last = max(last, time)
  }
}

extension StatisticsBuffer.Counters {
  fileprivate func statistics(_ name: StatisticsBuffer.FunctionName, _ day: Int64) -> [Statistic] {
    var named: [(String, Int64)] = [
      (StatisticName.hits, hits), (StatisticName.saved, saved), (StatisticName.bytesRead, bytesRead),
      (StatisticName.puts, puts), (StatisticName.bytesWritten, bytesWritten), (StatisticName.computed, computed),
      (StatisticName.failures, failures), (StatisticName.changedInputs, changedInputs),
    ]
    for (reason, count) in misses { named.append((StatisticName.misses(reason), count)) }
    return named.filter { $0.1 != 0 }.map {
      Statistic(day: day, namespace: name.namespace, function: name.function, name: $0.0, value: $0.1)
    }
  }
}

/// The names of counters in the index; they are part of format 1.
package enum StatisticName {
  package static let hits = "hits"
  /// Nanoseconds of computation that hits saved.
  package static let saved = "saved_ns"
  package static let bytesRead = "bytes_read"
  package static let puts = "puts"
  package static let bytesWritten = "bytes_written"
  /// Nanoseconds spent computing what was missing.
  package static let computed = "computed_ns"
  /// Failures of the cache that were kept from the job.
  package static let failures = "failures"
  /// Values that were not stored because an input file changed while they were computed.
  package static let changedInputs = "changed_inputs"
  package static let missPrefix = "misses."
  package static func misses(_ reason: MissReason) -> String { missPrefix + reason.rawValue }
}

extension Int64 {
  /// Adds a counter to a counter; the highest number stands for everything beyond it. What a shared index says must not
  /// stop a program.
  mutating func addClamping(_ other: Int64) {
    let (sum, overflow) = addingReportingOverflow(other)
    self = overflow ? .max : sum
  }
}
