extension TransactionalIndex {
  package func set(_ state: IndexState) throws(IndexError) {
    try write(durably: true) { (transaction) throws(IndexError) in
      if transaction.state == state {
        transaction.isAbandoned = true
      } else {
        try transaction.tables.save(state)
      }
    }
  }

  package func load(_ rows: [IndexRow]) throws(IndexError) {
    if rows.isEmpty { return }
    // Not worth a flush: until the index is opened it is nobody's.
    try write(durably: false) { (transaction) throws(IndexError) in
      guard transaction.state == .upgrading else {
        throw IndexError(.failed, "Rows can be copied only into an index that nobody uses yet.")
      }
      for row in rows {
        if case .meta(let meta) = row { transaction.meta = meta } else { try transaction.tables.load(row) }
      }
    }
  }
}
