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
  /// Files on the command line that are named as results, and are there already.
  private(set) var overwritten: [String] = []
  /// A pipe on the command line: nobody knows what will come through it.
  private(set) var pipe: String?
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
    _ invocation: Invocation, _ words: [String], running path: String, outputs: RunOutputs, _ context: Context
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
    for word in words.dropFirst() {
      for name in CommandWord(word).possiblePaths { look(at: name, outputs) }
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
    do throws(SystemError) {
      // Opened, because being there is not being readable.
      status = try Descriptor(path, [.read, .nonBlocking]).status()
    } catch {
      throw CommandError(.notRun, "Cannot read the input '\(path)': \(error.reason).")
    }
    if status.kind == .directory {
      if !trees.contains(where: { $0.hasSameBytes(as: path) }) { trees.append(path) }
    } else {
      addFile(path, path)
    }
  }

  private mutating func addFile(_ name: String, _ path: String) {
    if !files.contains(where: { $0.name.hasSameBytes(as: name) }) { files.append((name, path)) }
  }

  /// The program has the name by which it is called; a file of that name which is another one is called by its path.
  private mutating func addProgram(_ word: String, _ path: String) {
    files.removeAll { $0.name.hasSameBytes(as: word) && $0.path != path }
    if path != word, let status = try? FileStatus(following: word), status.kind == .file { addFile("./" + word, word) }
    addFile(word, path)
  }

  private mutating func look(at name: String, _ outputs: RunOutputs) {
    guard let status = try? FileStatus(following: name) else { return absent.append(name) }
    if outputs.holds(name) {
      // Named as an input as well, it is one.
      if status.kind == .file, !files.contains(where: { PathName($0.path) == PathName(name) }) {
        overwritten.append(name)
      }
      return
    }
    switch status.kind {
    case .file:
      addFile(name, name)
      if !found.contains(where: { $0.hasSameBytes(as: name) }) { found.append(name) }
    case .directory:
      let isNamed = trees.contains { PathName($0) == PathName(name) }
      if !isNamed, !overlooked.contains(where: { $0.hasSameBytes(as: name) }) { overlooked.append(name) }
    case .special: if !status.isCharacterDevice { pipe = pipe ?? name }
    case .link: break
    }
  }

  /// A file on the command line that was not there before and is no result; nil where there is none.
  func made(but outputs: RunOutputs) -> String? {
    absent.first { (try? FileStatus(following: $0)) != nil && !outputs.holds($0) }
  }

  /// The names that the inputs have in the key.
  var names: [String] {
    files.map { "file:" + $0.name } + trees.map { "tree:" + $0 } + (input == nil ? [] : ["stdin"])
  }

  /// The argument that says where the streams go.
  static let streams = "streams"

  /// The arguments of the call that stands for the command.
  func arguments(_ words: [String], isMerged: Bool) throws -> KeyArguments {
    var arguments = KeyArguments()
    arguments.append("argv", words)
    for (name, path) in files { arguments.append("file:" + name, InputFile(path)) }
    for path in trees { arguments.append("tree:" + path, InputTree(path)) }
    if let input { arguments.append("stdin", InputContent(try input.identity())) }
    if isMerged { arguments.append(Self.streams, "merged") }
    return arguments
  }
}

extension String {
  /// Whether both are the same to a file system; to Swift two spellings of one text are equal.
  fileprivate func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
