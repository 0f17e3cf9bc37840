internal import Dispatch
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// One caller's wish for the value of a call: the steps that the synchronous and the asynchronous front door share.
struct ValueRequest<Value: Codable> {
  enum Look {
    case value(Value)
    case miss(Miss)
  }

  let cache: ArtifactCache
  let call: PreparedCall
  let options: PutOptions
  /// Nil where the cache is switched off.
  let store: ArtifactStore?

  init(_ cache: ArtifactCache, _ call: PreparedCall, _ options: PutOptions) throws {
    self.cache = cache
    self.call = call
    self.options = options
    store = cache.shared.storeIfOpen
    // A bad option is the caller's mistake: it is told before an hour is spent computing.
    _ = try cache.draft(call, options, representation: "", measured: 0, after: nil)
  }

  /// The lease that a computation needs; nil where nothing would be stored.
  var place: LeaseTable.Place? {
    guard let store, !store.settings.readOnly else { return nil }
    return LeaseTable.Place(cache: store.index.identity.cacheID, key: call.key)
  }

  func lease() -> ProcessLease? { store.map { ProcessLease($0, call.key, limit: cache.shared.options.leaseWait) } }

  func refuseRecursion(_ place: LeaseTable.Place) throws {
    guard LeaseTable.running.contains(place) else { return }
    throw LarderError(
      .recursion,
      "The computation of '\(printable(call.name.function))' asks for its own value, which would never come. "
        + "Call it with other arguments, or call the function itself.")
  }

  /// Looks the value up.
  func look() throws -> Look {
    guard let store else { return .miss(Miss(reason: .disabled)) }
    if cache.shared.switches.refresh { return .miss(Miss(reason: .refresh)) }
    do throws(LarderError) {
      switch try store.bytes(for: call.key, call.name) {
      case .miss(let miss): return .miss(miss)
      case .hit(let entry, let bytes):
        guard let value = Representation.decode(bytes, entry.record.representation, as: Value.self) else {
          return .miss(Miss(reason: .undecodable, seen: entry.seal, removals: nil))
        }
        store.countHit(entry)
        return .value(value)
      }
    } catch {
      try cache.shared.failed(error, call.name)
      return .miss(Miss(reason: error.code == .busy ? .busy : .error))
    }
  }

  func compute(_ reason: MissReason, _ miss: Miss, _ body: () throws -> Value) throws -> Value {
    store?.countMiss(reason, call.name)
    let start = cache.shared.options.clock.uptime()
    let value = try body()
    guard let (bytes, draft) = try encode(value, since: start, miss) else { return value }
    return finish(try put(bytes, draft)) ?? value
  }

  nonisolated(nonsending) func compute(
    _ reason: MissReason, _ miss: Miss, _ body: nonisolated(nonsending) () async throws -> Value
  ) async throws -> Value {
    store?.countMiss(reason, call.name)
    let start = cache.shared.options.clock.uptime()
    let value = try await body()
    guard let (bytes, draft) = try encode(value, since: start, miss) else { return value }
    let shared = cache.shared
    // Encoding and writing much would hold up the caller's executor; a small put is over before a hop would be.
    guard bytes.count > 64 << 10 || store?.settings.durability == .durable else {
      return finish(try put(bytes, draft)) ?? value
    }
    let outcome = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: Result { try shared.put(bytes, draft) })
      }
    }
    return finish(try outcome.get()) ?? value
  }

  /// The bytes to store; nil where nothing is to be stored.
  private func encode(_ value: Value, since start: UInt64, _ miss: Miss) throws -> ([UInt8], EntryDraft)? {
    let measured = cache.shared.options.clock.uptime() - start
    guard let store, !store.settings.readOnly else { return nil }
    guard call.inputs.areUnchanged() else {
      // The value belongs to bytes that are no longer there; under this key it would be wrong for ever.
      store.count(call.name) { $0.changedInputs += 1 }
      return nil
    }
    do {
      let (name, bytes) = try Representation.encode(value)
      return (bytes, try cache.draft(call, options, representation: name, measured: measured, after: miss))
    } catch let error as LarderError {
      try cache.shared.failed(error, call.name)
      return nil
    }
  }

  private func put(_ bytes: [UInt8], _ draft: EntryDraft) throws -> PutOutcome? {
    try cache.shared.put(bytes, draft)
  }

  /// The value of somebody else who was faster; nil when the caller's own counts.
  private func finish(_ outcome: PutOutcome?) -> Value? {
    guard case .present(let winner) = outcome, let store else { return nil }
    guard case .hit(_, let bytes) = try? store.bytes(for: winner.record.key, call.name) else { return nil }
    return Representation.decode(bytes, winner.record.representation, as: Value.self)
  }
}

extension SharedCache {
  /// Stores bytes; a failure is kept from the job unless the policy is strict.
  func put(_ bytes: [UInt8], _ draft: EntryDraft) throws -> PutOutcome? {
    do throws(LarderError) {
      let store = try store()
      return try bytes.withUnsafeBufferPointer { (buffer) throws(LarderError) in
        try store.put(UnsafeRawBufferPointer(buffer), draft)
      }
    } catch {
      try failed(error, draft.call)
      return nil
    }
  }
}
