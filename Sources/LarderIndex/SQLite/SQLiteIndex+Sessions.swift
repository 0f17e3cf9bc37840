internal import LarderFormat
internal import LarderSystem

extension SQLiteIndex {
  package func sessions() throws(IndexError) -> [SessionRecord] {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.sessions)
      var sessions: [SessionRecord] = []
      while try query.step() {
        sessions.append(
          SessionRecord(
            id: SessionID(column: query.integer(0)), host: query.text(1), boot: query.text(2),
            opened: Timestamp(nanoseconds: query.integer(3)),
            // A state that is not known is not open.
            state: SessionRecord.State(rawValue: query.text(4)) ?? .dead))
      }
      return sessions
    }
  }
}
