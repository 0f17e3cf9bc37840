internal import LarderCrypto
internal import LarderFormat

extension CBORValue {
  /// The value as JSON, so that whole numbers and fractions stay apart. What JSON has no form for is an object with the one
  /// member `cbor`, in the diagnostic notation of RFC 8949.
  var json: JSONText.Value {
    switch self {
    case .unsigned(let number): return .verbatim(.integer(JSONInteger(number)))
    case .negative(let number): return .verbatim(.integer(JSONInteger(-1 - Int128(number))))
    case .text(let text): return .string(text)
    case .bool(let flag): return .bool(flag)
    case .null: return .null
    case .float(let number) where number.value.isFinite: return .verbatim(.double(number.value))
    case .array(let elements): return .array(elements.map(\.json))
    case .map(let pairs):
      let members = pairs.compactMap { pair in pair.key.text.map { ($0, pair.value.json) } }
      if members.count == pairs.count { return .object(members) }
    default: break
    }
    return .object([("cbor", .string(diagnostic))])
  }
}

extension RecordedCall.Part {
  var json: JSONText.Value {
    .object([
      ("name", .string(name)), ("kind", .optional(kind) { .string($0.rawValue) }),
      ("digest", .optional(digest) { .string($0.hex) }), ("preview", .optional(preview) { .string($0) }),
      ("value", .optional(value) { $0.json }), ("path", .optional(path) { .string($0) }),
      ("size", .optional(size) { .integer(Int64(clamping: $0)) }),
    ])
  }

  /// For people: `depth = 7`, `rows = file rows.csv (12 bytes)`.
  var line: String {
    let text = preview ?? digest.map { "not kept, digest \($0.hex.prefix(12))…" } ?? "not kept"
    let word =
      switch kind {
      case .file: "file "
      case .tree: "directory "
      case .secret: "secret "
      case .unkeyed: "outside the key: "
      case .argument, .environment, nil: ""
      }
    return "\(name) = \(word)\(text)"
  }
}
