package import LarderFormat
package import LarderIndex
internal import LarderSystem

/// The result of a computation, and the tree that it is stored as.
package struct Assembly<Value> {
  package let value: Value
  /// Nil where nothing is to be stored.
  package let parts: [TreePart]?
  /// How it is stored, where that follows from the result.
  package let options: PutOptions?

  package init(_ value: Value, _ parts: [TreePart]?, _ options: PutOptions? = nil) {
    self.value = value
    self.parts = parts
    self.options = options
  }
}

extension ArtifactCache {
  /// The result of a call that is stored as a tree of parts: from the cache, or by computing it. Processes that ask for it
  /// meanwhile wait.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - options: How it is stored.
  ///   - use: Makes the result out of the stored tree, or says why it is of no use.
  ///   - compute: Makes the result, for this reason.
  /// - Returns: The result.
  /// - Throws: What `use` and `compute` throw.
  package func assembled<Value>(
    _ call: PreparedCall, options: PutOptions, use: @escaping (StoredTree) throws -> TreeUse<Value>,
    compute: (MissReason) throws -> Assembly<Value>
  ) throws -> Value {
    let request = try CallRequest(self, call, options, AssemblyForm(use: use))
    switch try request.begin() {
    case .value(let assembly): return assembly.value
    case .compute(let flight):
      let assembly = try flight.run { try compute(flight.reason) }
      guard assembly.parts != nil else { return assembly.value }
      return try CallRequest(self, call, assembly.options ?? options, request.form).complete(flight, assembly).value
    }
  }

  /// Looks a tree up without computing anything; nil where there is no cache.
  package func tree<Value>(
    _ call: PreparedCall, use: (StoredTree) throws -> TreeUse<Value>
  ) throws(LarderError) -> Finding<Value> {
    guard let store = shared.storeIfOpen else { return .miss(Miss(reason: .disabled)) }
    if shared.switches.refresh { return .miss(Miss(reason: .refresh)) }
    return try store.tree(call.key, call.name, use: use)
  }

  /// Counts a hit that ``tree(_:use:)`` gave.
  package func countHit(_ entry: StoredEntry) { shared.storeIfOpen?.countHit(entry) }
}

private struct AssemblyForm<Result>: ArtifactForm {
  typealias Value = Assembly<Result>

  let use: (StoredTree) throws -> TreeUse<Result>

  var yieldsToWinner: Bool { false }

  func load(
    _ key: ArtifactKey, _ call: CallName, from store: ArtifactStore
  ) throws(LarderError) -> Finding<Assembly<Result>> {
    switch try store.tree(key, call, use: use) {
    case .miss(let miss): .miss(miss)
    case .hit(let entry, let value): .hit(entry, Assembly(value, nil))
    }
  }

  func prepare(_ value: Assembly<Result>) throws(LarderError) -> any ArtifactSource {
    PartsSource(parts: value.parts ?? [])
  }
}

private struct PartsSource: ArtifactSource {
  let parts: [TreePart]

  var size: Int { .max }

  func put(_ draft: EntryDraft, into store: ArtifactStore) throws(LarderError) -> PutOutcome {
    try store.put(parts, draft)
  }
}
