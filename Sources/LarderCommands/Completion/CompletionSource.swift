/// Where the words come from that a shell offers for a value; nil in the table for what follows from the kind of value.
package enum CompletionSource: Hashable, Sendable {
  /// The commands of the table.
  case commands
  /// Functions in the cache at hand, with their versions.
  case functions
  /// The same without versions, for patterns.
  case functionNames
  /// Tags in the cache at hand.
  case tags
  /// Keys in the cache at hand, whole or by their first digits.
  case keys(whole: Bool)
  case words([String])
  /// What can be run.
  case programs
  /// The words of another command: what can be run, then files.
  case command
  /// Environment variables.
  case variables
  case files
  case directories
  /// A file behind `NAME=`.
  case pairOfFile
  /// A directory behind `NAME=`.
  case pairOfDirectory
  /// Only who types knows.
  case nothing
}

extension ValueKind {
  var completionSource: CompletionSource {
    switch self {
    case .choice(let words): .words(words)
    case .path: .files
    case .pathPair: .pairOfFile
    case .variableName: .variables
    case .key: .keys(whole: true)
    case .keyPrefix: .keys(whole: false)
    case .flag, .text, .textNotEmpty, .size, .duration, .optionalDuration, .integer, .glob, .pair, .jsonPair: .nothing
    }
  }
}

extension Option {
  var completionSource: CompletionSource { completes ?? kind.completionSource }
}

extension Operand {
  /// What comes next behind so many of them.
  func completionSource(after count: Int) -> CompletionSource {
    switch completes ?? kind.completionSource {
    case .command: count == 0 ? .programs : .files
    case let source: source
    }
  }
}
