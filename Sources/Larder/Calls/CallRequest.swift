internal import Dispatch
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// One caller's wish for the result of a call: looking it up, waiting for whoever computes it, storing it.
struct CallRequest<Form: ArtifactForm> {
  /// How a request begins: with the result, or with the duty to compute it.
  enum Start {
    case value(Form.Value)
    case compute(Flight)
  }

  private enum Look {
    case value(Form.Value)
    case miss(Miss)
  }

  let cache: ArtifactCache
  let call: PreparedCall
  let options: PutOptions
  let form: Form

  init(_ cache: ArtifactCache, _ call: PreparedCall, _ options: PutOptions, _ form: Form) throws {
    self.cache = cache
    self.call = call
    self.options = options
    self.form = form
    // A bad option is the caller's mistake: it is told before an hour is spent computing.
    var draft = EntryDraft(key: call.key, representation: "")
    try draft.apply(options)
  }

  // Beginning

  func begin() throws -> Start {
    var miss: Miss
    switch try look() {
    case .value(let value): return .value(value)
    case .miss(let first): miss = first
    }
    let reason = miss.reason
    guard let place = try place() else { return .compute(flight(reason, miss)) }
    acquiring: while true {
      switch LeaseTable.process.acquire(place) {
      case .owned: break acquiring
      case .unowned: return .compute(flight(reason, miss))
      case .released:
        switch try look() {
        case .value(let value): return .value(value)
        case .miss(let latest): miss = latest
        }
      }
    }
    let flight = flight(reason, miss, place)
    flight.processLease?.wait()
    return try proceed(flight)
  }

  nonisolated(nonsending) func begin() async throws -> Start {
    var miss: Miss
    switch try look() {
    case .value(let value): return .value(value)
    case .miss(let first): miss = first
    }
    let reason = miss.reason
    guard let place = try place() else { return .compute(flight(reason, miss)) }
    while try await !LeaseTable.process.acquire(place) {
      switch try look() {
      case .value(let value): return .value(value)
      case .miss(let latest): miss = latest
      }
    }
    let flight = flight(reason, miss, place)
    try await flight.processLease?.waitAsynchronously()
    return try proceed(flight)
  }

  /// With the lease in hand: somebody may have stored the result between the lookup and the lease.
  private func proceed(_ flight: Flight) throws -> Start {
    switch try look() {
    case .value(let value): return .value(value)
    case .miss(let latest): return .compute(self.flight(flight.reason, latest, taking: flight))
    }
  }

  /// What the lease is for; nil where nothing would be stored.
  private func place() throws -> LeaseTable.Place? {
    guard let store = cache.shared.storeIfOpen, !store.settings.readOnly else { return nil }
    let place = LeaseTable.Place(cache: store.index.identity.cacheID, key: call.key)
    guard !LeaseTable.running.contains(place) else {
      throw LarderError(
        .recursion,
        "The computation of '\(printable(call.name.function))' asks for its own value, which would never come. "
          + "Call it with other arguments, or call the function itself.")
    }
    return place
  }

  private func look() throws -> Look {
    guard let store = cache.shared.storeIfOpen else { return .miss(Miss(reason: .disabled)) }
    if cache.shared.switches.refresh { return .miss(Miss(reason: .refresh)) }
    do throws(LarderError) {
      switch try form.load(call.key, call.name, from: store) {
      case .miss(let miss): return .miss(miss)
      case .hit(let entry, let value):
        store.countHit(entry)
        return .value(value)
      }
    } catch {
      try cache.shared.failed(error, call.name)
      return .miss(Miss(reason: error.code == .busy ? .busy : .error))
    }
  }

  private func flight(
    _ reason: MissReason, _ miss: Miss, _ place: LeaseTable.Place? = nil, taking former: Flight? = nil
  ) -> Flight {
    let store = cache.shared.storeIfOpen
    if former == nil { store?.countMiss(reason, call.name) }
    let lease = place.flatMap { _ in
      store.map { ProcessLease($0, call.key, limit: cache.shared.options.leaseWait) }
    }
    return Flight(reason, miss, place: place ?? former?.place, lease: lease, former, cache.shared.options.clock)
  }

  // Completing

  /// Stores a computed result and gives it, or that of somebody who was faster.
  func complete(_ flight: Flight, _ value: Form.Value) throws -> Form.Value {
    guard let (source, draft) = try prepare(flight, value) else { return value }
    return winner(try cache.shared.put(source, draft)) ?? value
  }

  nonisolated(nonsending) func complete(_ flight: Flight, _ value: Form.Value) async throws -> Form.Value {
    guard let (source, draft) = try prepare(flight, value) else { return value }
    let shared = cache.shared
    // Encoding and writing much would hold up the caller's executor; a small put is over before a hop would be.
    guard source.size > 64 << 10 || shared.storeIfOpen?.settings.durability == .durable else {
      return winner(try shared.put(source, draft)) ?? value
    }
    let outcome: Result<PutOutcome?, any Error> = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: Result { try shared.put(source, draft) })
      }
    }
    return winner(try outcome.get()) ?? value
  }

  /// What to store; nil where nothing is to be stored.
  private func prepare(_ flight: Flight, _ value: Form.Value) throws -> (any ArtifactSource, EntryDraft)? {
    let measured = cache.shared.options.clock.uptime() - flight.started
    guard let store = try cache.shared.storeForPut(call.name) else { return nil }
    guard call.inputs.areUnchanged() else {
      // The value belongs to bytes that are no longer there; under this key it would be wrong for ever.
      store.count(call.name) { $0.changedInputs += 1 }
      return nil
    }
    do throws(LarderError) {
      var draft = try cache.draft(call, options)
      if options.cost == nil { draft.cost = Int64(clamping: measured) }
      let miss = flight.miss
      draft.mode = miss.reason == .refresh ? .replace : miss.seen.map { .ifSeal($0) } ?? .ifAbsent
      draft.removalsSeen = miss.removals
      return (try form.prepare(value), draft)
    } catch {
      try cache.shared.failed(error, call.name)
      return nil
    }
  }

  /// The value of somebody else who was faster; nil when the caller's own counts.
  private func winner(_ outcome: PutOutcome?) -> Form.Value? {
    guard form.yieldsToWinner, case .present = outcome, let store = cache.shared.storeIfOpen else { return nil }
    guard case .hit(_, let value) = try? form.load(call.key, call.name, from: store) else { return nil }
    return value
  }
}

extension SharedCache {
  /// Stores an artifact; a failure is kept from the job unless the policy is strict.
  func put(_ source: any ArtifactSource, _ draft: EntryDraft) throws -> PutOutcome? {
    do throws(LarderError) { return try source.put(draft, into: store()) } catch {
      try failed(error, draft.call)
      return nil
    }
  }
}
