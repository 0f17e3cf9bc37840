import Foundation
import Larder
import LarderSystem

/// The audit of one cache after a power cut.
struct StateAudit {
  let directory: String
  let scratch: String
  private(set) var findings = StateFindings()

  init(directory: String, scratch: String) {
    self.directory = directory
    self.scratch = scratch
  }

  /// - Parameters:
  ///   - expectations: What may be under each key.
  ///   - sweeps: Whether a sweep with repair must leave nothing for a second one.
  mutating func run(_ expectations: [Expectation], sweeps: Bool) {
    let warnings = Locked<[String]>([])
    var options = PowerCutExperiment.options(nil)
    options.report = { warning in warnings.withLock { $0.append("\(warning)") } }
    do {
      let begin = Clock.system.uptime()
      let cache = try ArtifactCache(at: directory, options: options)
      findings.openingMilliseconds = Double(Clock.system.uptime() - begin) / 1e6
      for expectation in expectations { look(for: expectation, in: cache) }
      try useAgain(cache)
    } catch {
      findings.violations.append("open \(error)")
    }
    if sweeps { sweep(options) }
    // A device that keeps its word gives nobody a reason to warn.
    findings.violations += warnings.withLock { $0 }.map { "open warned: \($0)" }
  }

  private mutating func look(for expected: Expectation, in cache: ArtifactCache) {
    let found: String
    var reason = ""
    do {
      switch try lookup(expected.name, in: cache) {
      case .hit(let digest):
        found = digest
        findings.hits += 1
      case .miss(let why):
        found = PowerCutMarks.absent
        reason = " (\(why))"
        findings.misses[why, default: 0] += 1
      }
    } catch {
      return findings.violations.append("L2 \(expected.name) cannot be looked up: \(error)")
    }
    if expected.possible.contains(Substring(found)) { return }
    let isAlien = found != PowerCutMarks.absent && !expected.everPut.contains(Substring(found))
    findings.violations.append(
      "\(isAlien ? "L0" : "L2") \(expected.name) is \(found)\(reason), and may be \(expected.possible.sorted())")
  }

  private enum Found {
    case hit(String)
    case miss(String)
  }

  private struct Absent: Error {}

  private func lookup(_ name: PowerCutName, in cache: ArtifactCache) throws -> Found {
    switch name {
    case .value:
      switch try cache.lookup(name.key(in: cache), as: Data.self) {
      case .hit(let bytes, _): return .hit(PowerCutContents.digest(bytes))
      case .miss(let reason): return .miss(reason.description)
      }
    case .tree:
      let destination = scratch + "/audited"
      defer { try? FileManager.default.removeItem(atPath: destination) }
      do {
        try cache.tree(PowerCutName.treeFunction, name.arguments, to: destination) { _ in throw Absent() }
      } catch is Absent {
        return .miss("tree")
      }
      return .hit(try PowerCutContents.digest(ofTree: destination))
    }
  }

  /// The cache has to go on working too, not only to be readable.
  private mutating func useAgain(_ cache: ArtifactCache) throws {
    let key = try cache.key("powercut/audit")
    let content = PowerCutContents.bytes(5)
    try cache.put(content, for: key)
    if try cache.lookup(key, as: Data.self).value != content {
      findings.violations.append("L1 what is put after the power cut is no hit")
    }
  }

  private mutating func sweep(_ options: CacheOptions) {
    do {
      let store = try ArtifactStore(at: directory, options: options)
      var repair = SweepOptions()
      repair.repair = .quarantine
      _ = try store.sweep(repair)
      let second = try store.sweep(SweepOptions())
      for problem in second.problems where problem.kind != .foreign {
        findings.violations.append("L3 left by a repair: \(problem.kind) \(problem.path ?? "") \(problem.detail)")
      }
    } catch {
      findings.violations.append("L3 the sweep failed: \(error)")
    }
  }
}
