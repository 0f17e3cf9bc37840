import Foundation
import LarderCrypto

@testable import LarderFormat

/// A whole call that a line of JSON describes: an object with `ns`, `fn`, `ver`, `env` and `args`.
///
/// Besides the forms of ``Described`` an argument is `{"secret": …}` with the pepper of ``FixedInputs``,
/// `{"unkeyed": …}`, `{"file": [size, executable, digest, name or null]}` or
/// `{"tree": [[path in hex, kind, executable, digest or target in hex], …]}`.
struct DescribedCall {
  enum Argument {
    case value(Described)
    case secret(Described)
    case unkeyed(Described)
    case file(FileIdentity, name: String?)
    case tree([TreeItem])
  }

  var namespace = ""
  var function = "f"
  var version = ""
  var environment: [String: String?] = [:]
  var arguments: [(name: String, value: Argument)] = []

  func key() throws -> ArtifactKey {
    var inputs = FixedInputs()
    var values = KeyArguments()
    for (place, argument) in arguments.enumerated() {
      switch argument.value {
      case .value(let value): values.append(argument.name, value)
      case .secret(let value): values.append(argument.name, Secret(value))
      case .unkeyed(let value): values.append(argument.name, Unkeyed(value))
      case .file(let identity, let name):
        let path = "/\(place)/" + (name ?? "any")
        inputs.files[path] = identity
        values.append(argument.name, InputFile(path, named: name != nil))
      case .tree(let items):
        inputs.trees["/\(place)"] = items
        values.append(argument.name, InputTree("/\(place)"))
      }
    }
    let environment = self.environment.reduce(KeyEnvironment.portable) { $0.adding($1.key, $1.value) }
    return try Call(function, version: version, values)
      .document(namespace: namespace, environment: environment, inputs: inputs).key
  }

  // MARK: JSON

  func line() throws -> String {
    let object: [String: Any] = [
      "ns": namespace, "fn": function, "ver": version, "env": environment.mapValues { $0 ?? NSNull() as Any },
      "args": Dictionary(uniqueKeysWithValues: arguments.map { ($0.name, Self.json($0.value)) }),
    ]
    let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  private static func json(_ argument: Argument) -> Any {
    switch argument {
    case .value(let value): return value.json
    case .secret(let value): return ["secret": value.json]
    case .unkeyed(let value): return ["unkeyed": value.json]
    case .file(let file, let name):
      return ["file": [String(file.size), file.isExecutable, file.digest.hex, name ?? NSNull() as Any]]
    case .tree(let items):
      return [
        "tree": items.map { item -> [Any] in
          let path = hexadecimal(item.path)
          return switch item.kind {
          case .file(let file): [path, "f", file.isExecutable, file.digest.hex]
          case .directory: [path, "d", false, NSNull()]
          case .link(let target): [path, "l", false, hexadecimal(target)]
          }
        }
      ]
    }
  }

  init() {}

  init(line: String) throws {
    guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
      let namespace = object["ns"] as? String, let function = object["fn"] as? String,
      let version = object["ver"] as? String, let environment = object["env"] as? [String: Any],
      let arguments = object["args"] as? [String: Any]
    else { throw BadDescription(text: line) }
    self.namespace = namespace
    self.function = function
    self.version = version
    self.environment = environment.mapValues { $0 as? String }
    self.arguments = try arguments.map { ($0.key, try Self.argument($0.value)) }
  }

  private static func argument(_ json: Any) throws -> Argument {
    guard let object = json as? [String: Any] else { throw BadDescription(text: "\(json)") }
    if let value = object["secret"] { return .secret(try Described(json: value)) }
    if let value = object["unkeyed"] { return .unkeyed(try Described(json: value)) }
    if let file = object["file"] as? [Any], file.count == 4 {
      return .file(try identity(file[0], file[1], file[2]), name: file[3] as? String)
    }
    if let tree = object["tree"] as? [[Any]] { return .tree(try tree.map(item)) }
    return .value(try Described(json: json))
  }

  private static func identity(_ size: Any, _ executable: Any, _ digest: Any) throws -> FileIdentity {
    guard let size = (size as? String).flatMap({ UInt64($0) }), let executable = executable as? Bool,
      let digest = (digest as? String).flatMap({ Digest(hex: $0) })
    else { throw BadDescription(text: "\(digest)") }
    return FileIdentity(size: size, isExecutable: executable, digest: digest)
  }

  private static func item(_ json: [Any]) throws -> TreeItem {
    guard json.count == 4, let path = (json[0] as? String).flatMap(hexadecimalBytes), let kind = json[1] as? String
    else { throw BadDescription(text: "\(json)") }
    switch kind {
    case "f": return TreeItem(path: path, kind: .file(try identity("0", json[2], json[3])))
    case "d": return TreeItem(path: path, kind: .directory)
    default: return TreeItem(path: path, kind: .link(target: (json[3] as? String).flatMap(hexadecimalBytes) ?? []))
    }
  }
}
