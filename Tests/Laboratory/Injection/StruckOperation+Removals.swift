import Foundation
import Larder
import LarderFormat
import LarderIndex
import LarderSystem

extension StruckOperation {
  static var removals: [StruckOperation] {
    [
      remove("remove from the index", ["inline"]), remove("remove a file", ["text"]),
      remove("remove what others share", ["twin"]), remove("remove a tree", ["tree"]),
      remove("remove everything", artifacts.keys.sorted()),
    ]
  }

  private static func remove(_ title: String, _ names: [String]) -> StruckOperation {
    StruckOperation(
      name: title, states: changing { contents in names.forEach { contents[$0] = nil } },
      act: { _, store in
        guard try store?.remove(names.map(Site.key)).removed.count == names.count else {
          throw Violation("a removal has not found what was there")
        }
      })
  }
}
