package import Larder

/// Settings and facts, told to people and to machines.
package struct ConfigReport: Sendable {
  private let directory: String
  private let settings: [Setting]
  private let files: [(file: SettingsFile, isRead: Bool)]
  private let description: CacheDescription?
  private let facts: DirectoryFacts?

  /// - Parameters:
  ///   - directory: The path of the cache.
  ///   - settings: What holds.
  ///   - files: Where settings files are or could be, and which of them were read.
  ///   - description: What the cache says of itself; nil where there is none.
  ///   - facts: What lies under it; nil where there is none.
  package init(
    directory: String, settings: [Setting], files: [(file: SettingsFile, isRead: Bool)],
    description: CacheDescription?, facts: DirectoryFacts?
  ) {
    self.directory = directory
    self.settings = settings
    self.files = files
    self.description = description
    self.facts = facts
  }
}

extension DirectoryFacts {
  /// For machines, for people, and whether it is there.
  var abilities: [(key: String, name: String, isThere: Bool?)] {
    [
      ("unnamed_files", "unnamed files", unnamedFiles), ("exclusive_rename", "exclusive rename", exclusiveRename),
      ("links", "links", links), ("syncfs", "syncfs", syncsFileSystem), ("reflinks", "reflinks", reflinks),
    ]
  }

  var json: [(String, JSONText.Value)] {
    [("file_system", .string(fileSystem)), ("network", .bool(isNetwork))]
      + abilities.map { ($0.key, .optional($0.isThere) { .bool($0) }) }
  }
}

// For people

extension ConfigReport {
  package var lines: [String] {
    var table = TextTable([.left, .left, .left])
    for setting in settings { table.add([setting.name, setting.shown, setting.originForPeople]) }
    let heading =
      description == nil
      ? "Settings, and the choices that a new cache at '\(directory)' gets"
      : "Settings for the cache at '\(directory)'"
    return [heading] + table.lines(indent: 2) + places + ground
  }

  private var places: [String] {
    if files.isEmpty { return [] }
    var table = TextTable([.left, .left, .left])
    for (file, isRead) in files { table.add([file.kind.rawValue, file.path, isRead ? "" : "not there"]) }
    return ["Settings files"] + table.lines(indent: 2)
  }

  private var ground: [String] {
    guard let description, let facts else { return [] }
    var table = TextTable([.left, .left])
    table.add(["format", "\(description.format)"])
    table.add(["index", "\(description.index.kind), \(description.index.place), format \(facts.indexFormat)"])
    table.add(["file system", facts.fileSystem])
    table.add(["network", facts.isNetwork ? "yes: only one host may use the cache" : "no"])
    for (_, name, isThere) in facts.abilities {
      table.add([name, isThere.map { $0 ? "yes" : "no" } ?? "not tried"])
    }
    return ["What it runs on"] + table.lines(indent: 2)
  }
}

extension Setting {
  fileprivate var shown: String {
    switch value {
    case .flag(let isOn): isOn ? "yes" : "no"
    case .text(let text): text.isEmpty ? "–" : text
    case .duration(let duration): HumanText.duration(seconds: duration / .seconds(1))
    case .size(let bytes): bytes.map(HumanText.size) ?? "no limit"
    case .none: "none"
    case .hidden: "not shown"
    }
  }

  fileprivate var originForPeople: String {
    switch origin {
    case .invocation(.commandLine): "command line"
    case .invocation(.environment): variable ?? "environment"
    case .invocation(.file(let file)): file.path
    case .cache: CacheDescription.fileName
    case .default: "default"
    }
  }

  private var originForMachines: String {
    switch origin {
    case .invocation(let origin): origin.name
    case .cache: "cache"
    case .default: "default"
    }
  }

  private var file: String? {
    if case .invocation(.file(let file)) = origin { file.path } else { nil }
  }

  fileprivate var json: JSONText.Value {
    let value: JSONText.Value =
      switch value {
      case .flag(let isOn): .bool(isOn)
      case .text(let text): .string(text)
      case .duration(let duration): .double(duration / .seconds(1))
      case .size(let bytes): .optional(bytes) { .integer($0) }
      case .none, .hidden: .null
      }
    return .object([
      ("name", .string(name)), ("value", value), ("origin", .string(originForMachines)),
      ("file", .optional(file) { .string($0) }), ("variable", .optional(variable) { .string($0) }),
    ])
  }
}

// For machines

extension ConfigReport {
  package var json: [(String, JSONText.Value)] {
    [
      ("schema", .string("larder.config/1")), ("dir", .string(directory)), ("exists", .bool(description != nil)),
      ("settings", .array(settings.map(\.json))), ("files", .array(files.map(json))),
      ("format", .optional(description) { .integer(Int64($0.format)) }),
      ("index", .optional(description) { .object(index($0)) }),
      (
        "directory",
        .optional(facts) { facts in
          .object(facts.json)
        }
      ),
    ]
  }

  private func json(_ file: SettingsFile, _ isRead: Bool) -> JSONText.Value {
    .object([("kind", .string(file.kind.rawValue)), ("path", .string(file.path)), ("read", .bool(isRead))])
  }

  private func index(_ description: CacheDescription) -> [(String, JSONText.Value)] {
    [
      ("kind", .string(description.index.kind)), ("place", .string(description.index.place)),
      ("format", .optional(facts) { .integer($0.indexFormat) }),
    ]
  }
}
