internal import LarderFormat
internal import LarderSystem

/// A computation under way: why it is needed, since when it runs, and the leases that it holds until it is done.
final class Flight: Sendable {
  let reason: MissReason
  /// What the last lookup before the computation found.
  let miss: Miss
  let place: LeaseTable.Place?
  let processLease: ProcessLease?
  /// Nanoseconds of uptime when the computation began.
  let started: UInt64
  /// The flight that took the leases, kept for as long as this one lives.
  private let holder: Flight?

  init(
    _ reason: MissReason, _ miss: Miss, place: LeaseTable.Place?, lease: ProcessLease?, _ holder: Flight?,
    _ clock: Clock
  ) {
    self.reason = reason
    self.miss = miss
    self.place = place
    processLease = lease
    self.holder = holder
    started = clock.uptime()
  }

  deinit {
    // The lock between processes first: whoever is woken in this process must not find it still taken.
    processLease?.release()
    if holder == nil, let place { LeaseTable.process.release(place) }
  }

  /// Runs the computation with its place marked, so that it is caught when it asks for its own key.
  func run<Value>(_ body: () throws -> Value) rethrows -> Value {
    guard let place else { return try body() }
    return try LeaseTable.$running.withValue(LeaseTable.running.union([place]), operation: body)
  }

  nonisolated(nonsending) func run<Value>(
    _ body: nonisolated(nonsending) () async throws -> Value
  ) async rethrows -> Value {
    guard let place else { return try await body() }
    return try await LeaseTable.$running.withValue(LeaseTable.running.union([place])) { try await body() }
  }
}
