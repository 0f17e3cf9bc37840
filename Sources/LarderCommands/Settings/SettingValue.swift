internal import LarderSystem

/// What a settings file says of one option.
struct SettingValue {
  private let option: Option
  private let file: SettingsFile
  private let environment: [String: String]

  init(_ option: Option, _ file: SettingsFile, _ environment: [String: String]) {
    self.option = option
    self.file = file
    self.environment = environment
  }

  private var subject: String { "'\(option.name)' in '\(file.path)'" }

  /// The value, nil for a flag that is off, and the text that the command line would have for it.
  ///
  /// - Throws: status 78 for a value of another type, or one that the option does not take.
  func read(_ json: JSONValue) throws(CommandError) -> (Value?, String) {
    switch (option.kind, json) {
    case (.flag, .bool(let isOn)): return (isOn ? .flag : nil, "")
    case (.path, .string(let text)): return try read(text: absolute(text))
    case (.flag, _): throw wrongType(json, "true or false, without quotes")
    case (_, .string(let text)): return try read(text: text)
    case (.size, .integer(let number)), (.integer, .integer(let number)): return try read(text: number.description)
    default: throw wrongType(json, option.kind.expectation + ", in double quotes")
    }
  }

  private func read(text: String) throws(CommandError) -> (Value?, String) {
    do throws(ValueError) { return (try option.kind.read(text, for: subject), text) } catch {
      throw CommandError(.configuration, error.message)
    }
  }

  /// A path in a file means the same in every working directory: it is relative to the file, and `~/` is the user's home,
  /// because there is no shell that would say so.
  private func absolute(_ path: String) throws(CommandError) -> String {
    if path.isEmpty || path.hasPrefix("/") { return path }
    if path == "~" || path.hasPrefix("~/") {
      guard let home = environment["HOME"], home.hasPrefix("/") else {
        throw CommandError(.configuration, "\(subject) is '\(path)', but HOME is not set. Write the whole path.")
      }
      return home + path.dropFirst()
    }
    let directory = PathParts(file.path).directory
    return (directory == "/" ? "" : directory) + "/" + path
  }

  private func wrongType(_ json: JSONValue, _ expectation: String) -> CommandError {
    let shown =
      switch json {
      case .null: "null"
      case .bool(let isOn): isOn ? "true" : "false"
      case .integer(let number): number.description.count > 40 ? "a number" : number.description
      case .double(let number): "\(number)"
      case .string(let text): text.utf8.count > 80 ? "a text" : "the text '\(text)'"
      case .array: "a list"
      case .object: "an object"
      }
    return CommandError(.configuration, "\(subject) is \(shown) but must be \(expectation).")
  }
}
