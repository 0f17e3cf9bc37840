/// Finds the entries with the lowest scores without sorting all: a heap, in which what changed since stays until it comes
/// to the top.
struct ScoreHeap {
  struct Item: Comparable {
    let score: Double
    let id: Int64

    init(score: Double, id: Int64) {
      // What is not a number has no place in an order; nothing is lost when it goes first.
      self.score = score.isNaN ? -.infinity : score
      self.id = id
    }

    static func < (left: Item, right: Item) -> Bool {
      left.score != right.score ? left.score < right.score : left.id < right.id
    }
  }

  private var items: [Item]

  init(_ items: [Item]) {
    self.items = items
    for index in stride(from: items.count / 2 - 1, through: 0, by: -1) { sink(index) }
  }

  var count: Int { items.count }

  mutating func push(_ item: Item) {
    items.append(item)
    var index = items.count - 1
    while index > 0, items[index] < items[(index - 1) / 2] {
      items.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func pop() -> Item? {
    guard let first = items.first, let last = items.popLast() else { return nil }
    if !items.isEmpty {
      items[0] = last
      sink(0)
    }
    return first
  }

  private mutating func sink(_ start: Int) {
    var index = start
    while true {
      var least = index
      for child in 2 * index + 1...2 * index + 2 where child < items.count && items[child] < items[least] {
        least = child
      }
      if least == index { return }
      items.swapAt(index, least)
      index = least
    }
  }
}
