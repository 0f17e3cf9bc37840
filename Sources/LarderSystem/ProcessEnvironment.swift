internal import CSystem

/// The environment variables of this process.
package enum ProcessEnvironment {
  /// The variables whose names and values are UTF-8.
  package static var variables: [String: String] {
    var variables: [String: String] = [:]
    forEach { name, value in
      if let value = String(validatingCString: value) { variables[name] = value }
    }
    return variables
  }

  /// The names of variables whose values are not UTF-8: they must not be taken for absent, nor be mended in silence, or
  /// two different values would be one.
  package static var unreadable: Set<String> {
    var names: Set<String> = []
    forEach { name, value in
      if String(validatingCString: value) == nil { names.insert(name) }
    }
    return names
  }

  /// The variables as C keeps them, for a program that is to have the same.
  static var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? { larder_environment() }

  /// Calls `body` with the name and the value of each variable whose name is UTF-8.
  private static func forEach(_ body: (String, UnsafePointer<CChar>) -> Void) {
    guard var next = larder_environment() else { return }
    while let entry = next.pointee {
      var name: [UInt8] = []
      var end = UnsafePointer(entry)
      while end.pointee != 0, UInt8(bitPattern: end.pointee) != UInt8(ascii: "=") {
        name.append(UInt8(bitPattern: end.pointee))
        end += 1
      }
      if end.pointee != 0, let name = String(validating: name, as: UTF8.self) { body(name, end + 1) }
      next += 1
    }
  }
}
