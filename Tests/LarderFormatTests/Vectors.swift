import Foundation

/// The files beside these tests.
enum Vectors {
  struct Missing: Error { let name: String }

  static func path(_ name: String) throws -> String {
    guard let url = Bundle.module.url(forResource: "Vectors/" + name, withExtension: nil) else {
      throw Missing(name: name)
    }
    return url.path
  }

  /// The lines of a file that are not comments.
  static func lines(_ name: String) throws -> [String] {
    let text = try String(contentsOfFile: path(name), encoding: .utf8)
    return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }
}
