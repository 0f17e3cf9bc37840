internal import Larder
internal import LarderFormat
internal import LarderSystem

/// What a command depends on: named by options, or found on its command line.
struct RunInputs {
  /// Files whose content enters the key, by the name that they have in it, without `file:`.
  private(set) var files: [(name: String, path: String)] = []
  private(set) var trees: [String] = []
  /// The content of standard input, where that is an input.
  private(set) var input: Spool?
  /// Files that were found on the command line, as they stand there.
  private(set) var found: [String] = []
  /// Directories on the command line that nobody has named as an input.
  private(set) var overlooked: [String] = []
  /// Words that name nothing: if they do afterwards, the command has made it.
  private var absent: [String] = []

  /// - Parameters:
  ///   - invocation: The options.
  ///   - words: The command.
  ///   - path: The file that its first word runs.
  ///   - outputs: What is no input although it stands on the command line.
  ///   - context: Where standard input is.
  /// - Throws: status 125 for a named input that is not there.
  init(
    _ invocation: Invocation, _ words: [String], running path: String, outputs: [String], _ context: Context
  ) throws {
    for name in invocation.texts("in") {
      if name == "-" {
        if input == nil { input = try Self.standardInput(context) }
      } else {
        try add(named: name)
      }
    }
    if invocation.flag("no-auto-in") { return }
    addProgram(words[0], path)
    let results = Set(outputs.map(LexicalPath.normalized))
    for word in words.dropFirst() {
      look(at: word, results)
      // As in --config=train.json and if=rows.csv.
      if let equals = word.firstIndex(of: "="), FileStatus.isNothing(word) {
        look(at: String(word[word.index(after: equals)...]), results)
      }
    }
  }

  private static func standardInput(_ context: Context) throws -> Spool {
    let spool = Spool(context)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = try context.read(into: buffer)
      if count == 0 { return spool }
      try spool.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  private mutating func add(named path: String) throws {
    let status: FileStatus
    do throws(SystemError) { status = try FileStatus(following: path) } catch {
      throw CommandError(.notRun, "Cannot read the input '\(path)': \(error.reason).")
    }
    if status.kind == .directory {
      if !trees.contains(path) { trees.append(path) }
    } else {
      addFile(path, path)
    }
  }

  private mutating func addFile(_ name: String, _ path: String) {
    if !files.contains(where: { $0.name == name }) { files.append((name, path)) }
  }

  /// The program has the name by which it is called; a file of that name which is another one is called by its path.
  private mutating func addProgram(_ word: String, _ path: String) {
    files.removeAll { $0.name == word && $0.path != path }
    if path != word, let status = try? FileStatus(following: word), status.kind == .file {
      files.append(("./" + word, word))
    }
    addFile(word, path)
  }

  private mutating func look(at word: String, _ results: Set<String>) {
    if word.isEmpty || results.contains(LexicalPath.normalized(word)) { return }
    guard let status = try? FileStatus(following: word) else {
      absent.append(word)
      return
    }
    switch status.kind {
    case .file:
      addFile(word, word)
      if !found.contains(word) { found.append(word) }
    case .directory:
      let name = LexicalPath.normalized(word)
      if !trees.contains(where: { LexicalPath.normalized($0) == name }), !overlooked.contains(word) {
        overlooked.append(word)
      }
    default: break
    }
  }

  /// A file on the command line that was not there before; nil where there is none.
  var made: String? { absent.first { !FileStatus.isNothing($0) } }

  /// The names that the inputs have in the key.
  var names: [String] {
    files.map { "file:" + $0.name } + trees.map { "tree:" + $0 } + (input == nil ? [] : ["stdin"])
  }

  /// The arguments of the call that stands for the command.
  func arguments(_ words: [String], isMerged: Bool) throws -> KeyArguments {
    var arguments = KeyArguments()
    arguments.append("argv", words)
    for (name, path) in files { arguments.append("file:" + name, InputFile(path)) }
    for path in trees { arguments.append("tree:" + path, InputTree(path)) }
    if let input { arguments.append("stdin", InputContent(try input.identity())) }
    if isMerged { arguments.append("streams", "merged") }
    return arguments
  }
}

extension FileStatus {
  fileprivate static func isNothing(_ path: String) -> Bool { (try? FileStatus(following: path)) == nil }
}
