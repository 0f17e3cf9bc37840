/// What the pages of a damaged index are there for.
///
/// A leaf is found in two ways: a tree leads to it, or it is in use and no tree leads to it any more, because what did is
/// damaged. The second way takes an intact list of the free pages: what lies on those was removed.
struct PageMap {
  /// The tables of format 1 that are read, by the number of their columns: no two have the same one.
  enum Table: UInt8 {
    case removals = 3
    case tombstones = 9
    case meta = 14
    case blobs = 15
    case entries = 25
  }

  /// The trees without numbers of rows. What is on their pages tells nobody where it belongs.
  enum Index: String {
    case edges
    case edgesByChild = "edges_child"
    case statistics
  }

  /// How many places could not be read that a tree leads to.
  private(set) var unreadable = 0
  private var tables: [Table: [Int64]] = [:]
  private var indexes: [Index: [Int64]] = [:]
  private var damagedIndexes: Set<Index> = []
  private var seen: Set<Int64> = []
  /// Leaves of tables that are none of Larder's: what somebody keeps there is not what the index holds.
  private var strange: Set<Int64> = []
  private var reached: [Int64] = []

  func pages(of table: Table) -> [Int64] { tables[table] ?? [] }
  func pages(of index: Index) -> [Int64] { indexes[index] ?? [] }
  func isWhole(_ index: Index) -> Bool { indexes[index] != nil && !damagedIndexes.contains(index) }

  /// - Parameters:
  ///   - file: The damaged index.
  ///   - roots: Where the trees of an index begin that nobody has changed the tables of.
  init(_ file: borrowing DamagedFile, roots: [String: Int64]) {
    var found: [String: Int64] = [:]
    let schema = walk(file, from: 1)
    for page in schema.pages { file.names(on: page) { found[$0] = $1 } }
    let known = Set(roots.keys)
    // Of a table that was dropped the pages are free or in use for another one.
    if schema.damaged > 0 { found.merge(roots) { own, _ in own } }
    for (name, root) in found.sorted(by: { $0.value < $1.value }) {
      let tree = walk(file, from: root)
      unreadable += tree.damaged
      if let index = Index(rawValue: name) {
        indexes[index] = tree.pages
        if tree.damaged > 0 { damagedIndexes.insert(index) }
      } else if known.contains(name) {
        reached += tree.pages
      } else {
        strange.formUnion(tree.pages)
      }
    }
    sort(file)
  }

  /// Sorts the leaves of tables by what is on them.
  private mutating func sort(_ file: borrowing DamagedFile) {
    var pages = Set(reached)
    if let (free, last) = file.freePages(), last > 0, free.isDisjoint(with: seen) {
      pages.formUnion((1...last).filter { !free.contains($0) && !strange.contains($0) })
    }
    for number in pages.sorted() {
      if let table = file.table(ofLeaf: number) { tables[table, default: []].append(number) }
    }
  }

  /// Follows a tree from its root, to each page once.
  private mutating func walk(
    _ file: borrowing DamagedFile, from root: Int64
  ) -> (pages: [Int64], damaged: Int) {
    var pages: [Int64] = []
    var damaged = 0
    var isOfTable: Bool?
    var waiting = [root]
    while let number = waiting.popLast() {
      let children = file.withPage(number) { bytes -> [Int64]? in
        guard let page = TreePage(bytes, number), isOfTable ?? page.kind.isOfTable == page.kind.isOfTable else {
          return nil
        }
        isOfTable = page.kind.isOfTable
        return page.children
      }
      guard case let children?? = children, seen.insert(number).inserted else {
        damaged += 1
        continue
      }
      pages.append(number)
      waiting += children.reversed()
    }
    return (pages, damaged)
  }
}

extension DamagedFile {
  /// Which table a leaf is of, by its first row that can be read.
  fileprivate func table(ofLeaf number: Int64) -> PageMap.Table? {
    let table = withPage(number) { bytes -> PageMap.Table? in
      guard let page = TreePage(bytes, number), page.kind == .leafOfTable else { return nil }
      for cell in page.cells().found {
        guard let record = Record(UnsafeRawBufferPointer(rebasing: bytes[cell.local])), record.types.first == 0,
          record.size == cell.size
        else { continue }
        return UInt8(exactly: record.types.count).flatMap(PageMap.Table.init)
      }
      return nil
    }
    return table ?? nil
  }

  /// The names of tables and trees on a page of the schema, with the pages that they begin on.
  fileprivate func names(on number: Int64, _ body: (String, Int64) -> Void) {
    _ = withPage(number) { bytes in
      guard let page = TreePage(bytes, number) else { return }
      for cell in page.cells().found {
        guard let record = Record(UnsafeRawBufferPointer(rebasing: bytes[cell.local])), record.types.count == 5,
          case .text(let name)? = record.value(1), case .integer(let root)? = record.value(3), root > 0
        else { continue }
        body(String(decoding: name, as: UTF8.self), root)
      }
    }
  }
}
