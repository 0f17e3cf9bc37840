/// Which Larder this is.
package enum Version {
  package static let number = "0.1.0"
  /// The format of the caches that it reads and writes.
  package static let format: Int64 = 1

  static func text(json: Bool) -> String {
    if !json { return "larder \(number) (cache format \(format))\n" }
    return JSONText.object([
      ("schema", .string("larder.version/1")), ("version", .string(number)), ("format", .integer(format)),
    ]) + "\n"
  }
}
