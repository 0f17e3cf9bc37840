import Dispatch
import Foundation
import Larder
import LarderSystem

/// How the writers are run; every setting is `--name value`.
struct PowerCutSettings {
  var directory = ""
  var marks = ""
  var scratch = ""
  var seed: UInt64 = 1
  /// How often the cache is closed and opened again.
  var rounds = 2
  /// Operations of one writer in one round.
  var operations = 24
  /// The number of this process's first writer: each writer of all processes has keys of its own.
  var firstWriter = 0
  var mutant: PowerCutWriter.Mutant?
  /// Whether the file system is going to fail under the writers, which then end without an error.
  var endsWithCut = false

  static let writers = 3

  init(_ arguments: [String]) throws {
    guard arguments.count.isMultiple(of: 2) else { throw PowerCutError("Every setting has a value.") }
    for index in stride(from: 0, to: arguments.count, by: 2) { try set(arguments[index], arguments[index + 1]) }
    guard !directory.isEmpty, !marks.isEmpty, !scratch.isEmpty else {
      throw PowerCutError("--directory, --marks and --scratch are needed.")
    }
  }

  private mutating func set(_ name: String, _ value: String) throws {
    func number() throws -> Int {
      guard let number = Int(value), number >= 0 else { throw PowerCutError("\(name) is '\(value)'. Say a number.") }
      return number
    }
    switch name {
    case "--directory": directory = value
    case "--marks": marks = value
    case "--scratch": scratch = value
    case "--seed": seed = UInt64(try number())
    case "--rounds": rounds = try number()
    case "--operations": operations = try number()
    case "--first-writer": firstWriter = try number()
    case "--ends-with-cut": endsWithCut = try number() != 0
    case "--mutant":
      guard let known = PowerCutWriter.Mutant(rawValue: value) else {
        throw PowerCutError("--mutant is one of \(PowerCutWriter.Mutant.allCases.map(\.rawValue)).")
      }
      mutant = known
    default: throw PowerCutError("There is no setting '\(name)'.")
    }
  }
}

struct PowerCutError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Writers whose power is cut: a durable and a fast session beside each other, opened anew in every round.
enum PowerCutExperiment {
  static func run(_ arguments: [String]) throws {
    let settings = try PowerCutSettings(arguments)
    let marks = try PowerCutMarks(settings.marks)
    let writers = (0..<PowerCutSettings.writers).map { Locked(PowerCutWriter($0, marks, settings)) }
    let failures = Locked<[String]>([])
    for round in 0..<settings.rounds where failures.withLock(\.isEmpty) {
      do { try play(round, writers, failures, settings) } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    let told = failures.withLock { $0 }
    guard told.isEmpty || settings.endsWithCut else { throw PowerCutError(told.joined(separator: "\n")) }
  }

  private static func play(
    _ round: Int, _ writers: [Locked<PowerCutWriter>], _ failures: Locked<[String]>, _ settings: PowerCutSettings
  ) throws {
    let durable = try ArtifactCache(
      at: settings.directory, options: options(settings.mutant == .fast ? .fast : .durable))
    let fast = try ArtifactCache(at: settings.directory, options: options(.fast))
    let count = settings.operations
    DispatchQueue.concurrentPerform(iterations: writers.count + 1) { index in
      if index == writers.count {
        do { try sweep(round, settings) } catch { failures.withLock { $0.append("\(error)") } }
        return
      }
      // Each writer is the fast one in turn, and so meets what it stored in the other mode.
      let isFast = (index + round).isMultiple(of: writers.count)
      do {
        try writers[index].withLock { try $0.run(count, in: isFast ? fast : durable, durable: !isFast) }
      } catch { failures.withLock { $0.append("\(error)") } }
    }
  }

  /// Repairs beside the writers, in every other round: what a sweep moves and removes is cut off too.
  private static func sweep(_ round: Int, _ settings: PowerCutSettings) throws {
    if round.isMultiple(of: 2) { return }
    var repair = SweepOptions()
    repair.repair = round % 4 == 1 ? .delete : .quarantine
    repair.jobs = 1
    _ = try ArtifactStore(at: settings.directory, options: options(nil)).sweep(repair)
  }

  static func options(_ durability: CacheOptions.Durability?) -> CacheOptions {
    var options = CacheOptions()
    options.durability = durability
    // What is evicted would look like lost.
    options.maximumSize = .unlimited
    options.failures = .strict
    options.environment = [:]
    return options
  }
}
