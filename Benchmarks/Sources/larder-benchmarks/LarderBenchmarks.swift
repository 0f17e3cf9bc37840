internal import Foundation

/// Measures Larder beside the bare primitives that it stands on, in one and the same run.
///
///     swift run -c release larder-benchmarks --directory /dev/shm
///
/// What is measured is mostly the file system, so it should be one to measure on: tmpfs shows what Larder itself costs,
/// and a freshly made ext4 with a journal what a disk adds:
///
///     truncate -s 2G bench.img && mkfs.ext4 -q bench.img && mkdir -p bench && sudo mount -o loop bench.img bench
///     swift run -c release larder-benchmarks --directory bench
///     sudo umount bench && rm bench.img
///
/// The contenders of a group take turns, every operation is timed alone, and the first turn does not count.
@main
struct LarderBenchmarks {
  static func main() async throws {
    let settings: Settings
    do { settings = try Settings(CommandLine.arguments.dropFirst()) } catch let error as Settings.WrongUsage {
      FileHandle.standardError.write(Data("\(error.message)\n\n\(Settings.usage)\n".utf8))
      exit(2)
    }
    if settings.help { return print(Settings.usage) }

    do { try await measure(settings) } catch {
      FileHandle.standardError.write(Data("larder-benchmarks: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func measure(_ settings: Settings) async throws {
    let parent = settings.directory ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let scratch = try ScratchDirectory(in: parent)
    var report = Report(directory: parent, fileSystem: scratch.fileSystem)
    if !settings.json { say(Report.title(parent, report.fileSystem)) }
    for (name, make) in groups(scratch.path) {
      if let only = settings.only, !name.contains(only) { continue }
      var group = try make()
      if let rounds = settings.rounds { group.rounds = rounds }
      if let contender = settings.contender { group.contenders.removeAll { !$0.name.contains(contender) } }
      let room = try scratch.room()
      guard room >= group.space else {
        throw Failure(
          message: "'\(name)' needs \(group.space >> 20) MiB in '\(parent)', where \(room >> 20) MiB are free. Name a "
            + "directory with more room, or leave the group out with --only.")
      }
      let result = try await Stopwatch.measure(group)
      report.groups.append(result)
      if !settings.json { say(Report.table(result)) }
      group.contenders = []
      try scratch.empty()
    }
    if settings.json { say(try report.json()) }
  }

  /// Prints at once, also where it goes to a file or a pipe.
  private static func say(_ text: String) {
    print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
    fflush(nil)
  }

  private static func groups(_ directory: String) -> [(name: String, make: () throws -> Group)] {
    var groups: [(String, () throws -> Group)] = []
    for size in [1 << 10, 64 << 10, 4 << 20] {
      for kind in Payload.Kind.allCases {
        let name = "\(Payload.sizeName(size)) \(kind.rawValue)"
        groups.append(("get \(name)", { try .get(size, kind, in: directory) }))
        groups.append(("put \(name)", { try .put(size, kind, in: directory) }))
      }
    }
    for (size, kind) in [(1 << 10, Payload.Kind.json), (64 << 10, .json), (64 << 10, .random)] {
      for count in [64, 1024] {
        let name = "durable \(count) x \(Payload.sizeName(size)) \(kind.rawValue)"
        groups.append((name, { try .durable(size, kind, count: count, in: directory) }))
      }
    }
    groups.append(("calls", { try .calls(in: directory) }))
    return groups
  }
}
