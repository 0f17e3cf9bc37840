#if DEBUG && os(Linux)
  import Foundation
  import Larder
  import LarderIndex

  /// What a process that comes later finds, compared with what may be there.
  struct Judge {
    let operation: StruckOperation
    let site: Site
    /// Whether the struck process said that the operation succeeded.
    let succeeded: Bool
    let wasKilled: Bool
    /// Whether a sweep looks, too. It takes longer than all the rest, and a full disk leaves what a failing one leaves.
    var sweeps = true
    /// Whether the disk was full: then a put evicts others to make room for itself.
    var makesRoom = false

    /// - Throws: ``Violation`` with the level that was not kept.
    func judge() throws {
      let inspection = Inspection(site: site, names: operation.names)
      let store = try inspection.opened()
      let found = try inspection.contents(store)
      try check(found, evicted: makesRoom ? inspection.evicted(store) : [])
      try inspection.probe(store)
      store.endSession()
      try operation.outcome(site, wasKilled)
      if sweeps { try inspection.sweep(found) }
    }

    private func check(_ found: Contents, evicted: Set<String>) throws {
      for (name, artifact) in found where !operation.states.contains(where: { $0[name] == artifact }) {
        throw Violation("L0: '\(name)' has bytes that were never put under it")
      }
      let last = operation.states.count - 1
      let allowed = succeeded ? [last] : Array(operation.states.indices)
      let fits = allowed.contains { index in
        let state = operation.states[index]
        let evictable = evicted.union(index == last ? operation.evictable : [])
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
  }
#endif
