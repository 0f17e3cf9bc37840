internal import LarderFormat

/// A JSON value as an argument of a call: it has the key that the same value of Swift's own types has.
package struct JSONArgument: Encodable, Hashable, Sendable {
  package let value: JSONValue

  package init(_ value: JSONValue) { self.value = value }

  package func encode(to encoder: any Encoder) throws {
    switch value {
    case .array(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(JSONArgument(element)) }
    case .object(let members):
      // Not through a dictionary: two names can be equal to Swift and yet differ in their bytes.
      var container = encoder.container(keyedBy: MemberName.self)
      for member in members { try container.encode(JSONArgument(member.value), forKey: MemberName(member.name)) }
    default:
      var container = encoder.singleValueContainer()
      switch value {
      case .bool(let flag): try container.encode(flag)
      case .integer(let number): try container.encode(BigInteger(number))
      case .double(let number): try container.encode(number)
      case .string(let text): try container.encode(text)
      default: try container.encodeNil()
      }
    }
  }
}

extension BigInteger {
  init(_ number: JSONInteger) { self.init(isNegative: number.isNegative, magnitude: number.magnitudeBytes) }
}

private struct MemberName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
