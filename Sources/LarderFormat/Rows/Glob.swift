/// A pattern for whole names: `*` any characters, `?` one, `[a-z]` one of a set, `[!a-z]` one outside it.
///
/// Characters are Unicode scalars, compared exactly. A function's name is no path: `*` goes over `/` too. There is no
/// escape; `[*]` stands for a star.
package struct Glob: Hashable, Sendable {
  package let text: String
  private let parts: [Part]

  private enum Part: Hashable, Sendable {
    case any
    case one
    case character(Unicode.Scalar)
    case set([ClosedRange<Unicode.Scalar>], negated: Bool)
  }

  /// - Returns: nil when a `[` has no `]`, or a range runs backwards.
  package init?(_ text: String) {
    self.text = text
    var parts: [Part] = []
    var rest = Substring(text).unicodeScalars
    while let character = rest.popFirst() {
      switch character {
      case "*": if parts.last != .any { parts.append(.any) }
      case "?": parts.append(.one)
      case "[":
        guard let set = Glob.readSet(&rest) else { return nil }
        parts.append(set)
      default: parts.append(.character(character))
      }
    }
    self.parts = parts
  }

  private static func readSet(_ rest: inout Substring.UnicodeScalarView) -> Part? {
    var negated = false
    if rest.first == "!" || rest.first == "^" {
      negated = true
      rest.removeFirst()
    }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    // A `]` in first place is a member, as in the shell.
    while let low = rest.popFirst() {
      if low == "]", !ranges.isEmpty { return .set(ranges, negated: negated) }
      let next = rest.dropFirst().first
      if rest.first == "-", let high = next, high != "]" {
        guard low <= high else { return nil }
        ranges.append(low...high)
        rest.removeFirst(2)
      } else {
        ranges.append(low...low)
      }
    }
    return nil
  }

  /// Whether the whole of `name` fits, in time proportional to the product of both lengths at worst.
  package func matches(_ name: String) -> Bool {
    let name = Array(name.unicodeScalars)
    var part = 0
    var index = 0
    // Where to go on when the characters after the last star do not fit: the star takes one more.
    var star: (part: Int, index: Int)?
    while index < name.count {
      if part < parts.count, parts[part] == .any {
        star = (part, index)
        part += 1
      } else if part < parts.count, Glob.fits(parts[part], name[index]) {
        part += 1
        index += 1
      } else if let last = star {
        star = (last.part, last.index + 1)
        part = last.part + 1
        index = last.index + 1
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0 == .any }
  }

  private static func fits(_ part: Part, _ character: Unicode.Scalar) -> Bool {
    switch part {
    case .any, .one: true
    case .character(let wanted): wanted == character
    case .set(let ranges, let negated): ranges.contains { $0.contains(character) } != negated
    }
  }
}
