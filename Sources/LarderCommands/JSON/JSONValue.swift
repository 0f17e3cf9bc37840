/// A JSON value that loses nothing of what was written: integers of any size, members in their order.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent.
  case integer(JSONInteger)
  /// Any other number; finite.
  case double(Double)
  case string(String)
  case array([JSONValue])
  /// Names differ.
  case object([JSONMember])
}

/// One name and its value in an object.
package struct JSONMember: Hashable, Sendable {
  package let name: String
  package let value: JSONValue

  package init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
  }
}

/// Why a text is no JSON that Larder takes.
package struct JSONError: Error, Hashable, Sendable {
  /// What is wrong, to be read after a colon.
  package let reason: String
  /// Where, counted from 0 in bytes of UTF-8.
  package let offset: Int

  package init(_ reason: String, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
