internal import LarderSystem

/// The repairs that a sweep has decided on and not carried out yet.
///
/// Nearly always they wait until everything was looked at. A cache with more faults than fit into a moderate memory is
/// repaired as it goes.
final class RepairPlan: Sendable {
  private let planned = Locked<[PlannedRepair]>([])
  private let capacity: Int

  /// Some 300 bytes each.
  static let standardCapacity = 100_000

  init(capacity: Int = standardCapacity) { self.capacity = capacity }

  var isEmpty: Bool { planned.withLock { $0.isEmpty } }

  /// Adds a repair; gives those that are to be carried out now.
  func add(_ repair: PlannedRepair) -> [PlannedRepair] {
    planned.withLock { planned in
      planned.append(repair)
      if planned.count < capacity { return [] }
      defer { planned = [] }
      return planned
    }
  }

  /// Hands out what is left.
  func takeAll() -> [PlannedRepair] {
    planned.withLock { planned in
      defer { planned = [] }
      return planned
    }
  }
}
