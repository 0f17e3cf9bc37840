internal import LarderSystem

/// What a shell is told to offer.
struct CompletionAnswer: Equatable {
  /// `words`, `files`, `directories` or `programs`.
  var kind = "words"
  /// What stands in front of the path in the word that is being typed.
  var kept = ""
  var candidates: [Candidate] = []

  struct Candidate: Equatable {
    /// The whole word.
    let word: String
    let description: String
  }

  /// A line with the kind and what is kept, then one for each word and its description, with tabs between.
  ///
  /// Words that would steer a terminal or break the lines are left out.
  var text: String {
    let safe = candidates.filter { !$0.word.isEmpty && printable($0.word) == $0.word }
    let lines = ["\(kind)\t\(kept)"] + safe.map { "\($0.word)\t\(printable($0.description))" }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension CompletionAnswer {
  /// - Parameters:
  ///   - line: What is being typed.
  ///   - table: The commands and options.
  ///   - context: Where variables come from.
  ///   - cache: What the cache at hand holds; asked only where it matters.
  init(
    to line: CompletionLine, _ table: ArgumentTable, _ context: Context, cache: () -> (any CachedWords)?
  ) {
    switch line.wanted {
    case .command: offer(table.commands.map { ($0.name, $0.summary) }, line)
    case .option: offer(line.options.map { ("--" + $0.name, $0.help) }, line)
    case .value(let source, let kept):
      let typed = String(line.current.dropFirst(kept.count))
      switch source {
      case .files, .directories, .programs:
        kind = source == .files ? "files" : source == .directories ? "directories" : "programs"
        self.kept = kept
      case .commands: offer(table.commands.map { ($0.name, $0.summary) }, line, kept)
      case .words(let words): offer(words.map { ($0, "") }, line, kept)
      case .variables: offer(context.environment.keys.sorted().map { ($0, "") }, line, kept)
      case .functions: offer(cache()?.functions(withVersions: true) ?? [], line, kept)
      case .functionNames: offer(cache()?.functions(withVersions: false) ?? [], line, kept)
      case .tags: offer(cache()?.tags() ?? [], line, kept)
      case .keys(let whole): offer(cache()?.keys(beginningWith: typed, whole: whole) ?? [], line, kept)
      case .pairOfFile, .pairOfDirectory, .command, .nothing: break
      }
    }
  }

  private mutating func offer(
    _ words: [(word: String, description: String)], _ line: CompletionLine, _ kept: String = ""
  ) {
    candidates = words.map { Candidate(word: kept + $0.word, description: $0.description) }
      .filter { $0.word.hasPrefix(line.current) }
  }
}
