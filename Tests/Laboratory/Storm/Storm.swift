import Foundation
import LarderSystem

/// The processes of a storm: many of them work on one cache and sweep it while others are killed and stopped.
enum Storm {
  static func run(_ arguments: [String]) throws {
    guard let role = arguments.first else { throw Usage() }
    let settings = try Settings(Array(arguments.dropFirst()))
    switch role {
    case "prepare": try StormContents.standard.writeTrees(below: settings.text("trees"))
    case "work": try StormProcess(settings).run(threads: settings.number("threads"))
    case "read": try StormWorker(StormProcess(settings)).readEverything()
    case "sweep": try StormSweeper(settings).run()
    default: throw Usage()
    }
  }

  struct Usage: Error, CustomStringConvertible {
    var description: String { "usage: laboratory storm prepare|work|read|sweep name=value ..." }
  }

  /// What the driver says to a process: words of the form `name=value`.
  struct Settings {
    private var values: [Substring: Substring] = [:]

    init(_ words: [String]) throws {
      for word in words {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw Usage() }
        values[parts[0]] = parts[1]
      }
    }

    func text(_ name: Substring) throws -> String {
      guard let value = values[name] else { throw Missing(name: name) }
      return String(value)
    }

    func number<Number: FixedWidthInteger>(_ name: Substring) throws -> Number {
      guard let number = Number(try text(name)) else { throw Missing(name: name) }
      return number
    }
  }

  struct Missing: Error, CustomStringConvertible {
    var name: Substring
    var description: String { "the setting '\(name)' is missing, or not of its kind" }
  }

  /// The clock of all processes of a storm: monotonic, so that what the cache writes down can be compared with the
  /// histories.
  static func clock(from epoch: Int64) -> Clock {
    Clock(
      now: { Timestamp(nanoseconds: epoch + Int64(Clock.system.uptime())) }, uptime: Clock.system.uptime)
  }

  /// Whether the driver wants the process to end, or is gone itself.
  static func isOver(_ stop: String, driver: Int32) -> Bool {
    getppid() != driver || (try? FileStatus(of: stop)) != nil
  }
}
