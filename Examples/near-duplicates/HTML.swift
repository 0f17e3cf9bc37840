/// Text of a web page. What comes from a file enters only through `escaping`, so no file can write markup into it.
struct HTML: Equatable, ExpressibleByStringInterpolation {
  private(set) var markup: String

  init(stringLiteral value: String) { markup = value }
  init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

  init(escaping text: String) {
    markup = ""
    markup.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": markup += "&amp;"
      case "<": markup += "&lt;"
      case ">": markup += "&gt;"
      case "\"": markup += "&quot;"
      case "'": markup += "&#39;"
      case "\t", "\n": markup.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1f}":
        // Control characters are not allowed in HTML: show the sign that stands for each.
        if let sign = Unicode.Scalar(0x2400 + scalar.value) { markup.unicodeScalars.append(sign) }
      case "\u{7f}"..."\u{9f}", "\u{202a}"..."\u{202e}", "\u{2066}"..."\u{2069}":
        // Marks that turn the direction of writing could make a line read as what it is not.
        markup += "\u{fffd}"
      default: markup.unicodeScalars.append(scalar)
      }
    }
  }

  static func + (left: HTML, right: HTML) -> HTML { "\(left)\(right)" }
  static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

  /// A string that is interpolated is text and is escaped; HTML and numbers are not.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity * 2) }
    mutating func appendLiteral(_ literal: String) { markup += literal }
    mutating func appendInterpolation(_ text: String) { markup += HTML(escaping: text).markup }
    mutating func appendInterpolation(_ html: HTML) { markup += html.markup }
    mutating func appendInterpolation(_ number: Int) { markup += String(number) }
  }
}

extension Sequence<HTML> {
  func joined() -> HTML { reduce(into: "") { $0 += $1 } }
}
