/// What the key makes of one whole argument.
enum ArgumentRole {
  case value(any Encodable)
  case file(InputFile)
  case tree(InputTree)
  case content(FileIdentity)
  case secret(any Encodable)
  case unkeyed(any Encodable)

  init(_ value: any Encodable) {
    self = (value as? any ArgumentMark)?.role ?? .value(value)
  }
}

/// A type that says how its argument enters the key.
protocol ArgumentMark {
  var role: ArgumentRole { get }
}

extension InputFile: ArgumentMark {
  var role: ArgumentRole { .file(self) }
}

extension InputTree: ArgumentMark {
  var role: ArgumentRole { .tree(self) }
}

extension InputContent: ArgumentMark {
  var role: ArgumentRole { .content(identity) }
}

extension Secret: ArgumentMark {
  var role: ArgumentRole { .secret(value) }
}

extension Unkeyed: ArgumentMark {
  var role: ArgumentRole { .unkeyed(value) }
}

/// A marked argument may be optional: `let csv: InputFile?`.
extension Optional: ArgumentMark where Wrapped: Encodable {
  var role: ArgumentRole {
    switch self {
    case .none: .value(self)
    case .some(let wrapped):
      switch ArgumentRole(wrapped) {
      case .value: .value(self)
      case let marked: marked
      }
    }
  }
}

// Inside another value a mark is refused by name, whatever encoder the value's own type goes through.

extension InputFile: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    throw arena.error(node, misplacedMark(".file"))
  }
}

extension InputTree: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    throw arena.error(node, misplacedMark(".tree"))
  }
}

extension InputContent: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    throw arena.error(node, misplacedMark(".content"))
  }
}

extension Secret: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    throw arena.error(node, misplacedMark(".secret"))
  }
}

extension Unkeyed: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    throw arena.error(node, misplacedMark(".unkeyed"))
  }
}
