internal import LarderFormat

extension TransactionalIndex {
  package func record(
    _ uses: [UseRecord], _ statistics: [Statistic], within limit: Duration?
  ) throws(IndexError) {
    if uses.isEmpty && statistics.isEmpty { return }
    try write(durably: nil, within: limit) { (transaction) throws(IndexError) in
      for use in uses { try transaction.record(use) }
      for statistic in statistics { try transaction.tables.add(statistic) }
    }
  }
}

extension WriteTransaction {
  fileprivate func record(_ use: UseRecord) throws(IndexError) {
    guard let entry = try tables.head(of: use.key) else { return }
    let (sum, overflow) = entry.uses.addingReportingOverflow(use.count)
    let uses = overflow ? .max : sum
    let bytes = try tables.storedBytes(of: entry.blob)
    try tables.setUse(
      of: entry.id, uses: uses, last: use.last,
      score: retentionScore(floor: meta.floor, uses: uses, cost: entry.cost, bytes: bytes))
  }
}
