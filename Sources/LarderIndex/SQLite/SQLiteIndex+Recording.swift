internal import LarderFormat
internal import LarderSystem

extension SQLiteIndex {
  package func record(
    _ uses: [UseRecord], _ statistics: [Statistic], within limit: Duration?
  ) throws(IndexError) {
    if uses.isEmpty && statistics.isEmpty { return }
    try write(within: limit) { (transaction) throws(IndexError) in
      for use in uses { try transaction.record(use) }
      for statistic in statistics {
        var query = try transaction.connection.query(.addStatistic)
        query.bind(statistic.day)
        query.bind(statistic.namespace)
        query.bind(statistic.function)
        query.bind(statistic.name)
        query.bind(statistic.value)
        try query.run()
      }
    }
  }
}

extension WriteTransaction {
  fileprivate func record(_ use: UseRecord) throws(IndexError) {
    var query = try connection.query(.useOf)
    query.bind(use.key.digest)
    guard try query.step() else { return }
    let (entry, blob) = (query.integer(0), BlobID(rawValue: query.integer(1)))
    let (uses, overflow) = query.integer(2).addingReportingOverflow(use.count)
    let cost = query.integer(3)
    query.again()
    let total = overflow ? .max : uses
    var update = try connection.query(.updateUse)
    update.bind(total)
    update.bind(use.last.nanoseconds)
    update.bind(
      retentionScore(floor: meta.floor, uses: total, cost: cost, bytes: try storedBytes(of: blob)))
    update.bind(entry)
    try update.run()
  }
}
