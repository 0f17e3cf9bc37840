#if DEBUG
  import Foundation
  import Larder
  import LarderFormat
  import LarderIndex
  import LarderSystem

  /// What a process that comes later finds, compared with what may be there.
  struct Judge {
    let operation: StruckOperation
    let site: Site
    /// Whether the struck process said that the operation succeeded.
    let succeeded: Bool
    let wasKilled: Bool

    /// - Throws: ``Violation`` with the level that was not kept.
    func judge() throws {
      let store = try opened()
      let found = try contents(store)
      try check(found)
      try probe(store)
      store.endSession()
      if !operation.opensItself || !operation.states[0].isEmpty { try operation.outcome(site, wasKilled) }
      try sweep(found)
    }

    private func opened() throws -> ArtifactStore {
      do { return try site.open() } catch { throw Violation("L1: the cache cannot be opened: \(error)") }
    }

    private func contents(_ store: ArtifactStore) throws -> Contents {
      var found: Contents = [:]
      for name in operation.names {
        do { found[name] = try store.artifact(name, site) } catch {
          throw Violation("L1: '\(name)' cannot be read: \(error)")
        }
      }
      return found
    }

    private func check(_ found: Contents) throws {
      for (name, artifact) in found where !operation.states.contains(where: { $0[name] == artifact }) {
        throw Violation("L0: '\(name)' has bytes that were never put under it")
      }
      let last = operation.states.count - 1
      let allowed = succeeded ? [last] : Array(operation.states.indices)
      let fits = allowed.contains { index in
        let state = operation.states[index]
        let evictable = index == last ? operation.evictable : []
        return state.allSatisfy { found[$0] == $1 || found[$0] == nil && evictable.contains($0) }
          && found.keys.allSatisfy { state[$0] != nil }
      }
      if fits { return }
      let names = operation.states[succeeded ? last : 0]
      let lost = names.keys.filter { found[$0] == nil }.sorted()
      throw Violation(
        succeeded
          ? "L6: a success without its effect: found \(found.keys.sorted()), without \(lost)"
          : "L1: neither what was nor what was to be: found \(found.keys.sorted()), without \(lost)")
    }

    /// Stores, reads and removes something: nothing that the struck process held delays or fails it.
    private func probe(_ store: ArtifactStore) throws {
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
    private func sweep(_ found: Contents) throws {
      // Whoever is only slow is given a moment to finish its removals; here nobody is.
      let store = try site.open { $0.clock.uptime = { Clock.system.uptime() &* 1000 } }
      var options = SweepOptions()
      options.quick = true
      options.jobs = 1
      options.repair = .quarantine
      let first: SweepReport
      do { first = try store.sweep(options) } catch { throw Violation("L3: the cache cannot be swept: \(error)") }
      options.repair = .none
      let second = try store.sweep(options)
      guard first.remaining == 0, second.isClean, second.inFlight == 0 else {
        throw Violation(
          "L3: a sweep after one that repaired found \(second.problems.map(\.detail)), \(second.inFlight) in flight; "
            + "the first \(first.problems.map(\.detail)), \(first.inFlight) in flight")
      }
      // A quick look is not what proves bytes damaged: what was read above reads still.
      if try contents(store) != found { throw Violation("L5: a sweep took something that could be served") }
      guard try store.index.sessions().isEmpty, try store.index.condemned(after: nil, limit: 1).isEmpty else {
        throw Violation("L3: sessions or condemned rows are left after a sweep")
      }
    }
  }
#endif
