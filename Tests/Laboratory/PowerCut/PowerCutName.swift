import Larder

/// What drivers and experiments call a key: `v3` is that of a value, `t3` that of a tree.
enum PowerCutName: Hashable, CustomStringConvertible {
  case value(Int)
  case tree(Int)

  static let treeFunction = "powercut/tree"

  init?(_ text: Substring) {
    guard let number = Int(text.dropFirst()) else { return nil }
    switch text.first {
    case "v": self = .value(number)
    case "t": self = .tree(number)
    default: return nil
    }
  }

  var description: String {
    switch self {
    case .value(let number): "v\(number)"
    case .tree(let number): "t\(number)"
    }
  }

  var arguments: KeyArguments {
    switch self {
    case .value(let number), .tree(let number): ["number": number]
    }
  }

  func key(in cache: ArtifactCache) throws -> ArtifactKey {
    switch self {
    case .value: try cache.key("powercut/value", arguments)
    case .tree: try cache.key(Self.treeFunction, arguments)
    }
  }
}
