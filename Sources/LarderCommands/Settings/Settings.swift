internal import Larder
internal import LarderSystem

/// Every setting that holds for a command line, its environment and a cache.
struct Settings {
  private let invocation: Invocation
  private let context: Context
  private let directory: ChosenDirectory
  private let description: CacheDescription?

  /// Without a description there is no cache, and its choices are those that a new one gets.
  init(
    _ invocation: Invocation, _ context: Context, _ directory: ChosenDirectory, _ description: CacheDescription?
  ) {
    self.invocation = invocation
    self.context = context
    self.directory = directory
    self.description = description
  }

  /// In the order of the table: what holds for every command, then the choices for a cache, then what only a variable
  /// sets.
  var all: [Setting] {
    ArgumentTable.larder.globals.options.filter(\.hasVariable).map(global) + [index, encoding, durability, size]
      + [memo, network, pepper]
  }

  private func global(_ option: Option) -> Setting {
    let value: Setting.Value =
      switch option.name {
      case "dir": .text(directory.path)
      case "wait": .duration(invocation.cacheOptions(context).wait)
      case "color": .text(invocation.text("color") ?? "auto")
      default: option.isFlag ? .flag(invocation.flag(option.name)) : .text(invocation.text(option.name) ?? "")
      }
    return Setting(option.name, value, origin(option.name) ?? .default, variable: option.variable)
  }

  private func origin(_ option: String) -> Setting.Origin? { invocation.origin(option).map { .invocation($0) } }

  // A cache keeps its index and its durability; variables and files are asked only when one is made.

  private var index: Setting {
    let kept = (description?.index.kind).map { $0 + ":" }
    return choice("index", kept: kept, standard: IndexKind.sqlite.address, isOverruled: false)
  }

  private var durability: Setting {
    choice(
      "durability", kept: description?.defaults.durability, standard: CacheOptions.Durability.fast.rawValue,
      isOverruled: false)
  }

  private var encoding: Setting {
    choice("encoding", kept: description?.defaults.encoding, standard: Encoding.zstd.rawValue, isOverruled: true)
  }

  private func choice(_ name: String, kept: String?, standard: String, isOverruled: Bool) -> Setting {
    let variable = Option(flag: name, "").variable
    if isOverruled || kept == nil, let given = invocation.textSetting(name), let origin = origin(name) {
      return Setting(name, .text(given), origin, variable: variable)
    }
    return Setting(name, .text(kept ?? standard), kept == nil ? .default : .cache, variable: variable)
  }

  private var size: Setting {
    let standard = CacheOptions.SizeLimit.standard.bytes
    let kept = description.map { $0.defaults.maximumSize } ?? standard
    let given = invocation.cacheOptions(context).maximumSize
    return Setting(
      "max-size", .size(given.map(\.bytes) ?? kept), origin("max-size") ?? (description == nil ? .default : .cache),
      variable: "LARDER_MAX_SIZE")
  }

  // Variables alone

  private var memo: Setting {
    Setting(
      "memo", DigestMemo.path(context.environment).map { .text($0) } ?? .none, variableOrigin("LARDER_MEMO"),
      variable: "LARDER_MEMO")
  }

  private var network: Setting {
    Setting(
      "network", .flag(context.environment["LARDER_NETWORK"] == "1"), variableOrigin("LARDER_NETWORK"),
      variable: "LARDER_NETWORK")
  }

  /// The file's name is no secret, its content and the variable's are.
  private var pepper: Setting {
    let origin = variableOrigin("LARDER_PEPPER")
    let path = Pepper.path(context.environment)
    let file: Setting.Value = (try? FileStatus(of: path)) == nil ? .none : .text(path)
    return Setting("pepper", origin == .default ? file : .hidden, origin, variable: "LARDER_PEPPER")
  }

  private func variableOrigin(_ variable: String) -> Setting.Origin {
    context.environment[variable] == nil ? .default : .invocation(.environment)
  }
}
