package import LarderFormat
package import LarderIndex
package import LarderSystem

/// What a cache holds and what it was good for.
package struct CacheStatus: Sendable {
  /// What happened, summed up from the counters.
  package struct Activity: Hashable, Sendable {
    package var hits: Int64 = 0
    package var misses: [MissReason: Int64] = [:]
    /// Nanoseconds of computation that hits saved.
    package var saved: Int64 = 0
    package var puts: Int64 = 0
    /// Nanoseconds of computation that what was put had cost.
    package var computed: Int64 = 0
    package var bytesRead: Int64 = 0
    package var bytesWritten: Int64 = 0
    /// Failures of the cache that were kept from the job.
    package var failures: Int64 = 0
    package var changedInputs: Int64 = 0

    package var missCount: Int64 { misses.values.reduce(0) { saturating($0, $1) } }
    package var lookups: Int64 { saturating(hits, missCount) }
    /// Hits among lookups; nil without any.
    package var hitRatio: Double? { lookups > 0 ? Double(hits) / Double(lookups) : nil }

    mutating func add(_ name: String, _ value: Int64) {
      switch name {
      case StatisticName.hits: hits = saturating(hits, value)
      case StatisticName.saved: saved = saturating(saved, value)
      case StatisticName.puts: puts = saturating(puts, value)
      case StatisticName.computed: computed = saturating(computed, value)
      case StatisticName.bytesRead: bytesRead = saturating(bytesRead, value)
      case StatisticName.bytesWritten: bytesWritten = saturating(bytesWritten, value)
      case StatisticName.failures: failures = saturating(failures, value)
      case StatisticName.changedInputs: changedInputs = saturating(changedInputs, value)
      default:
        // Counters of later versions are passed over.
        guard name.hasPrefix(StatisticName.missPrefix) else { return }
        let reason = MissReason(rawValue: String(name.dropFirst(StatisticName.missPrefix.count)))
        misses[reason] = saturating(misses[reason, default: 0], value)
      }
    }
  }

  package struct Function: Hashable, Sendable {
    package var namespace: String
    package var name: String
    package var activity: Activity
  }

  package var totals: IndexTotals
  /// The limit in stored bytes; nil for none.
  package var limit: Int64?
  /// From when on activity is counted, the beginning of a day in UTC; nil for all of it.
  package var since: Timestamp?
  package var activity = Activity()
  package var verification: Verification
  /// Those that saved most come first.
  package var functions: [Function] = []

  /// Functions that saved computing time, the most first.
  package func best(_ count: Int) -> [Function] { Array(functions.prefix { $0.activity.saved > 0 }.prefix(count)) }

  /// Functions for which the cache is of least use: they miss more often than they hit, and those that were computed
  /// for longest in vain come first.
  package func worst(_ count: Int) -> [Function] {
    let poor = functions.filter { $0.activity.missCount > $0.activity.hits }
    return Array(poor.sorted { $0.activity.isWorse(than: $1.activity) }.prefix(count))
  }
}

extension CacheStatus.Activity {
  fileprivate func isWorse(than other: Self) -> Bool {
    let (mine, others) = (computed - min(saved, computed), other.computed - min(other.saved, other.computed))
    return mine != others ? mine > others : missCount - hits > other.missCount - other.hits
  }
}

extension ArtifactStore {
  /// Sums up what the cache holds and what happened.
  ///
  /// - Parameters:
  ///   - since: From when on; counters are kept by day, so the whole of that day is counted. Nil for all.
  ///   - isMeant: Whether activity of a function counts: `(namespace, function)`.
  /// - Returns: The sums.
  /// - Throws: ``LarderError`` when the index cannot be read.
  package func status(
    since: Timestamp?, where isMeant: (String, String) -> Bool
  ) throws(LarderError) -> CacheStatus {
    flushStatistics()
    let statistics: [Statistic]
    let totals: IndexTotals
    let sweeps: [Int: Timestamp]
    do throws(IndexError) {
      totals = try index.totals()
      sweeps = try index.sweeps()
      statistics = try index.statistics(since: since?.day ?? .min)
    } catch { throw failed(error) }
    var status = CacheStatus(
      totals: totals, limit: settings.maximumSize,
      since: since.map { Timestamp(nanoseconds: $0.day * 86_400_000_000_000) },
      verification: Verification(sweeps))
    var functions: [StatisticsBuffer.FunctionName: CacheStatus.Activity] = [:]
    for item in statistics where isMeant(item.namespace, item.function) {
      status.activity.add(item.name, item.value)
      let name = StatisticsBuffer.FunctionName(namespace: item.namespace, function: item.function)
      functions[name, default: .init()].add(item.name, item.value)
    }
    status.functions = functions.map { .init(namespace: $0.namespace, name: $0.function, activity: $1) }
    status.functions.sort { first, second in
      // Names decide between equals: a report must not differ from one run to the next.
      let (left, right) = (first.activity, second.activity)
      if left.saved != right.saved { return left.saved > right.saved }
      if left.hits != right.hits { return left.hits > right.hits }
      return (first.namespace, first.name) < (second.namespace, second.name)
    }
    return status
  }
}

private func saturating(_ first: Int64, _ second: Int64) -> Int64 {
  let (sum, overflow) = first.addingReportingOverflow(second)
  return overflow ? .max : sum
}
