/// Why bytes are not the one canonical encoding that this format allows, and where.
package struct CBORError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: String, Sendable {
    case truncated = "the bytes end inside an item"
    case trailing = "bytes follow the last item"
    case reserved = "a reserved initial byte"
    case indefinite = "a length that is not stated"
    case longHead = "a number that is not in its shortest form"
    case longFloat = "a float that is not in its shortest form"
    case longBignum = "a big number that is not in its shortest form"
    case utf8 = "text that is not UTF-8"
    case unsorted = "map keys that are not sorted"
    case duplicate = "a map key that occurs twice"
    case deep = "too many levels"
    case type = "another type of item was expected"
    case value = "a value that does not belong there"
  }

  package let reason: Reason
  /// The place of the item, counted in bytes from the start.
  package let offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var description: String { "\(reason.rawValue), at byte \(offset)" }
}
