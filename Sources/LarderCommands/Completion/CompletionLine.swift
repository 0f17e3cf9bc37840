/// A command line that is being typed: what its last word can be.
///
/// It is read as the parser reads it, but for what is wrong in it: that is passed over, because it may be mended yet.
struct CompletionLine {
  /// What the last word can be.
  enum Wanted {
    case command
    case option
    /// A value; `kept` is what stands in front of it in the same word.
    case value(CompletionSource, kept: String)
  }

  private let table: ArgumentTable
  /// The word that is being typed, as far as the cursor.
  let current: String
  private(set) var command: Command?
  /// The names of the options that were given, with their values.
  private(set) var given: [(option: Option, value: String)] = []
  private var operandCount = 0
  private var optionsEnded = false
  private var pending: Option?

  /// - Parameters:
  ///   - table: The commands and options.
  ///   - words: What stands behind the program's name; the last one is being typed.
  init(_ table: ArgumentTable, _ words: [String]) {
    self.table = table
    current = words.last ?? ""
    for word in words.dropLast() { read(word) }
  }

  /// The options that can be given here and were not, or may be given again.
  var options: [Option] {
    table.options(of: command).filter { option in
      !given.contains { $0.option.name == option.name } || option.isRepeatable && !option.isFlag
    }
  }

  var wanted: Wanted {
    if let pending { return value(of: pending, current, kept: "") }
    if !optionsEnded, current.hasPrefix("-"), current != "-" { return option() }
    guard let command else { return current == "-" ? .option : .command }
    if let operand = command.operand, operandCount < operand.count.upperBound, current != "-" || optionsEnded {
      return .value(operand.completionSource(after: operandCount), kept: "")
    }
    return optionsEnded ? .value(.nothing, kept: "") : .option
  }

  private func option() -> Wanted {
    if current.hasPrefix("--") {
      guard let equals = current.firstIndex(of: "=") else { return .option }
      let kept = String(current[...equals])
      guard let option = option(named: String(kept.dropFirst(2).dropLast())) else { return .value(.nothing, kept: "") }
      return value(of: option, String(current[current.index(after: equals)...]), kept: kept)
    }
    var kept = "-"
    for letter in current.dropFirst() {
      kept.append(letter)
      guard let option = option(lettered: letter) else { break }
      if !option.isFlag { return value(of: option, String(current.dropFirst(kept.count)), kept: kept) }
    }
    return .value(.nothing, kept: "")
  }

  private func value(of option: Option, _ typed: String, kept: String) -> Wanted {
    switch option.completionSource {
    case .pairOfFile, .pairOfDirectory:
      guard let equals = typed.firstIndex(of: "=") else { return .value(.nothing, kept: "") }
      let source: CompletionSource = option.completionSource == .pairOfFile ? .files : .directories
      return .value(source, kept: kept + typed[...equals])
    case let source: return .value(source, kept: kept)
    }
  }

  // What is typed already

  private mutating func read(_ word: String) {
    if let option = pending {
      given.append((option, word))
      pending = nil
    } else if optionsEnded || !word.hasPrefix("-") || word == "-" {
      if command == nil {
        command = table.commands.first { $0.name == word }
      } else {
        operandCount += 1
        if command?.operand?.isCommand == true { optionsEnded = true }
      }
    } else if word == "--" {
      optionsEnded = true
    } else if word.hasPrefix("--") {
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let option = option(named: String(parts[0])) else { return }
      take(option, parts.count > 1 ? String(parts[1]) : nil)
    } else {
      readLetters(word)
    }
  }

  private mutating func readLetters(_ word: String) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst(), let option = option(lettered: letter) {
      take(option, option.isFlag || letters.isEmpty ? nil : String(letters))
      if !option.isFlag { return }
    }
  }

  private mutating func take(_ option: Option, _ value: String?) {
    if option.isFlag || option.isValueOptional || value != nil {
      given.append((option, value ?? ""))
    } else {
      pending = option
    }
  }

  private func option(named name: String) -> Option? { table.options(of: command).first { $0.name == name } }
  private func option(lettered letter: Character) -> Option? {
    table.options(of: command).first { $0.short == letter }
  }
}
