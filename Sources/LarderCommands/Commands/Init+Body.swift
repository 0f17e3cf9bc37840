internal import Larder
internal import LarderSystem

extension Command {
  @Sendable static func makeCache(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let path = try ChosenDirectory(invocation, context).path
    var options = invocation.cacheOptions(context)
    if let index = invocation.text("index").flatMap({ IndexKind(address: $0) }) { options.index = index }
    options.encoding = invocation.text("encoding").flatMap { Encoding(rawValue: $0) }
    options.durability = invocation.text("durability").flatMap { CacheOptions.Durability(rawValue: $0) }
    if (try? FileStatus(of: path + "/" + CacheDescription.fileName)) != nil {
      throw CommandError(
        .cannotCreate, "There is a cache at '\(path)' already. Use it as it is, or choose another directory with --dir."
      )
    }
    if invocation.flag("read-only") {
      throw CommandError(.refused, "Cannot make a cache at '\(path)': \(invocation.prohibition("read-only"))")
    }
    if invocation.flag("dry-run") {
      context.note("This is a dry run: a cache would be made at '\(path)'.", invocation)
      return .done
    }
    let store = try ArtifactStore(at: path, options: options)
    defer { store.endSession() }
    let description = store.directory.description
    let isPepperMade = makePepper(invocation, context)
    var lines = [
      "Made a cache at '\(path)': index \(description.index.kind), encoding \(description.defaults.encoding), "
        + "durability \(description.defaults.durability), "
        + (description.defaults.maximumSize.map { "at most \(HumanText.size($0))." } ?? "no limit.")
    ]
    if isPepperMade {
      lines.append(
        "Made the pepper for secret arguments, '\(Pepper.path(context.environment))'. Keep a copy: without it their keys "
          + "are lost.")
    }
    try context.report(
      invocation,
      [
        ("schema", .string("larder.init/1")), ("dir", .string(path)), ("id", .string(description.id)),
        ("format", .integer(Int64(description.format))), ("index", .string(description.index.kind + ":")),
        ("encoding", .string(description.defaults.encoding)),
        ("durability", .string(description.defaults.durability)),
        ("max_bytes", description.defaults.maximumSize.map { .integer($0) } ?? .null),
        ("pepper_made", .bool(isPepperMade)),
      ], lines: invocation.flag("quiet") ? [] : lines)
    return .done
  }

  /// Makes the user's pepper where there is none. The cache is of use without one, so a failure is only told.
  private static func makePepper(_ invocation: Invocation, _ context: Context) -> Bool {
    if context.environment["LARDER_PEPPER"] != nil { return false }
    do { return try Pepper.make(context.environment) } catch {
      let reason = (error as? SystemError)?.reason ?? "\(error)"
      context.note(
        "Cannot make the pepper for secret arguments, '\(Pepper.path(context.environment))': \(reason). "
          + "Set LARDER_PEPPER where there are such arguments.", invocation)
      return false
    }
  }
}
