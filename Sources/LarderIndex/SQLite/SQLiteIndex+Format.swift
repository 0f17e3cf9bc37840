extension SQLiteIndex {
  /// The version of the tables.
  package static var format: Int64 { Schema.format }
}
