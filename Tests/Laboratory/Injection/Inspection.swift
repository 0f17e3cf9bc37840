import Foundation
import Larder
import LarderIndex
import LarderSystem

/// What a process that comes later finds in a cache, and whether it can use and mend it.
struct Inspection {
  let site: Site
  let names: [String]

  /// - Throws: ``Violation``
  func opened() throws -> ArtifactStore {
    do { return try site.open() } catch { throw Violation("L1: the cache cannot be opened: \(error)") }
  }

  /// What is served.
  func contents(_ store: ArtifactStore) throws -> Contents {
    var found: Contents = [:]
    for name in names {
      do { found[name] = try store.artifact(name, site) } catch {
        throw Violation("L1: '\(name)' cannot be read: \(error)")
      }
    }
    return found
  }

  /// What is remembered as evicted.
  func evicted(_ store: ArtifactStore) throws -> Set<String> {
    try Set(
      names.filter { name in
        guard case .miss(let miss) = try store.entry(for: Site.key(name), CallName()) else { return false }
        return miss.reason == .evicted
      })
  }

  /// Stores, reads and removes something: nothing that the struck process held delays or fails it.
  func probe(_ store: ArtifactStore) throws {
    do {
      for (name, size) in [("probe", 10_000), ("small probe", 10)] {
        let artifact = Artifact.random(size, 99)
        let begin = Clock.system.uptime()
        try store.put(name, artifact, site)
        guard try store.artifact(name, site) == artifact else {
          throw Violation("L0: what is stored afterwards is lost")
        }
        _ = try store.remove([Site.key(name)])
        let waited = Clock.system.uptime() - begin
        if waited > 2_000_000_000 { throw Violation("L4: a put afterwards took \(waited / 1_000_000) ms") }
      }
    } catch let violation as Violation { throw violation } catch {
      throw Violation("L4: nothing can be stored afterwards: \(error)")
    }
  }

  /// One sweep that repairs leaves nothing for the next one, and takes nothing that can be served.
  func sweep(_ found: Contents) throws {
    // Whoever is only slow is given a moment to finish its removals; here nobody is.
    let store = try site.open { $0.clock.uptime = { Clock.system.uptime() &* 1000 } }
    var options = SweepOptions()
    options.quick = true
    options.jobs = 1
    options.repair = .quarantine
    let first: SweepReport
    do { first = try store.sweep(options) } catch { throw Violation("L3: the cache cannot be swept: \(error)") }
    options.repair = .none
    // A sweep that found nothing has changed nothing, so that the next one would see the same.
    let second = first.isClean && first.inFlight == 0 ? first : try store.sweep(options)
    guard first.remaining == 0, second.isClean, second.inFlight == 0 else {
      throw Violation(
        "L3: a sweep after one that repaired found \(second.problems.map(\.detail)), \(second.inFlight) in flight; "
          + "the first \(first.problems.map(\.detail)), \(first.inFlight) in flight")
    }
    // A quick look is not what proves bytes damaged: what was read above reads still.
    // What it puts back in its place is served again, which is no loss.
    let left = try contents(store)
    if found.contains(where: { left[$0.key] != $0.value }) {
      throw Violation("L5: a sweep took something that could be served")
    }
    guard try store.index.sessions().isEmpty, try store.index.condemned(after: nil, limit: 1).isEmpty else {
      throw Violation("L3: sessions or condemned rows are left after a sweep")
    }
  }
}
