import Synchronization

/// Applies an asynchronous function to many items, a few at a time, and keeps their order.
///
/// The heaviest items go first: one that is begun last would keep a single worker busy while the others have nothing
/// left to do.
struct Workers: Sendable {
  let count: Int

  private final class Cursor: Sendable {
    private let next = Atomic(0)

    func advance() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
  }

  /// - Throws: the first error of `transform`; the other workers are cancelled.
  func map<Item: Sendable, Value: Sendable>(
    _ items: [Item], weight: (Item) -> Int = { _ in 0 },
    _ transform: @escaping @Sendable (Item) async throws -> Value
  ) async throws -> [Value] {
    let cursor = Cursor()
    let weights = items.map(weight)
    let order = items.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    return try await withThrowingTaskGroup(of: [(Int, Value)].self) { group in
      for _ in 0..<max(1, min(count, items.count)) {
        group.addTask {
          var done: [(Int, Value)] = []
          while true {
            let turn = cursor.advance()
            guard turn < order.count else { return done }
            let index = order[turn]
            try Task.checkCancellation()
            done.append((index, try await transform(items[index])))
          }
        }
      }
      var all: [(Int, Value)] = []
      all.reserveCapacity(items.count)
      for try await part in group { all += part }
      return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
