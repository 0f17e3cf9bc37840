/// How the lines of one text lie beside those of another: runs of lines that are the same, that changed, that only
/// the left one has, that only the right one has.
struct Alignment: Sendable, Equatable {
  enum Kind: Int32, Sendable { case same, changed, removed, added }

  struct Run: Sendable, Equatable {
    let kind: Kind
    var length: Int

    var leftLength: Int { kind == .added ? 0 : length }
    var rightLength: Int { kind == .removed ? 0 : length }
  }

  private(set) var runs: [Run] = []

  func lines(_ kind: Kind) -> Int { runs.reduce(0) { $0 + ($1.kind == kind ? $1.length : 0) } }

  mutating func append(_ kind: Kind, _ length: Int) {
    guard length > 0 else { return }
    if runs.last?.kind == kind {
      runs[runs.count - 1].length += length
    } else {
      runs.append(Run(kind: kind, length: length))
    }
  }
}

/// Kept as one flat array of numbers, two for each run: a thousand alignments are read back in milliseconds.
extension Alignment: Codable {
  init(from decoder: any Decoder) throws {
    let numbers = try decoder.singleValueContainer().decode([Int32].self)
    guard numbers.count.isMultiple(of: 2) else { throw Alignment.malformed(decoder) }
    for index in stride(from: 0, to: numbers.count, by: 2) {
      guard let kind = Kind(rawValue: numbers[index]), numbers[index + 1] > 0 else {
        throw Alignment.malformed(decoder)
      }
      append(kind, Int(numbers[index + 1]))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(runs.flatMap { [$0.kind.rawValue, Int32($0.length)] })
  }

  private static func malformed(_ decoder: any Decoder) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "These numbers are no runs of lines."))
  }
}
