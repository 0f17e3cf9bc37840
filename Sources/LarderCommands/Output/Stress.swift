internal import Larder

/// What of a report stands out on a terminal: headings, and the words with which lines begin that tell of a state. It only
/// stresses what the words say.
package struct Stress: Sendable {
  /// Colours of ECMA-48 that every terminal has, whatever it makes of them.
  enum Colour: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  /// The colours of first words.
  var words: [String: Colour] = [:]

  static let headings = Stress()

  static let health = Stress(words: ["ok": .green, "warn": .yellow, "fail": .red, "failed": .red, "skipped": .yellow])

  static let verification = Stress(
    words: Dictionary(
      uniqueKeysWithValues: SweepReport.Kind.allCases.map { kind in
        (kind.rawValue, kind.isResidue || [.foreign, .unsigned].contains(kind) ? .yellow : .red)
      }))

  /// A line, which holds no control characters, with what turns colours on and off. Lines that are not indented are headings.
  func applied(to line: String) -> String {
    guard line.first == " " else { return line.isEmpty ? line : "\u{1B}[1m\(line)\u{1B}[0m" }
    let start = line.firstIndex { $0 != " " } ?? line.endIndex
    let end = line[start...].firstIndex(of: " ") ?? line.endIndex
    guard let colour = words[String(line[start..<end])] else { return line }
    return "\(line[..<start])\u{1B}[\(colour.rawValue)m\(line[start..<end])\u{1B}[0m\(line[end...])"
  }
}

extension Context {
  /// Whether standard output is to be coloured: as `--color` says, and without it where a person looks and has not asked for
  /// none, by https://no-color.org.
  func isColoured(_ invocation: Invocation) -> Bool {
    switch invocation.text("color") {
    case "always": true
    case "never": false
    default:
      output.width != nil && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
  }
}
