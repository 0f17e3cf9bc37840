/// Output as a page shows it: `…` stands for anything within a line, and alone on a line for any number of lines.
struct ShownOutput {
  let lines: [String]

  func matches(_ actual: [String]) -> Bool { Self.match(lines[...], actual[...]) }

  private static func match(_ shown: ArraySlice<String>, _ actual: ArraySlice<String>) -> Bool {
    guard let line = shown.first else { return actual.isEmpty }
    if line == "…" {
      return (0...actual.count).contains { match(shown.dropFirst(), actual.dropFirst($0)) }
    }
    guard let found = actual.first, matches(line: line, found) else { return false }
    return match(shown.dropFirst(), actual.dropFirst())
  }

  static func matches(line shown: String, _ actual: String) -> Bool {
    match(Array(shown.unicodeScalars)[...], Array(actual.unicodeScalars)[...])
  }

  private static func match(_ shown: ArraySlice<Unicode.Scalar>, _ actual: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let scalar = shown.first else { return actual.isEmpty }
    if scalar == "…" {
      return (0...actual.count).contains { match(shown.dropFirst(), actual.dropFirst($0)) }
    }
    return actual.first == scalar && match(shown.dropFirst(), actual.dropFirst())
  }
}
