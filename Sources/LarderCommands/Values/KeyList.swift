/// Reads the keys of `--keys-from`: one on a line; empty lines are passed over.
///
/// - Parameters:
///   - bytes: The whole text.
///   - source: The file's name, for messages.
///   - prefixes: Whether the beginning of a key is enough.
/// - Returns: The keys in their order.
/// - Throws: status 65 with the number of the line that is no key.
package func keyList(
  _ bytes: [UInt8], from source: String, prefixes: Bool
) throws(CommandError) -> [KeyText] {
  var keys: [KeyText] = []
  for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
    // Lists that were made on Windows end their lines with two characters.
    let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    if text.isEmpty { continue }
    guard let key = prefixes ? KeyText(prefix: text) : KeyText(whole: text) else {
      let kind = prefixes ? ValueKind.keyPrefix : .key
      let shown = text.count > 80 ? text.prefix(80) + "…" : text
      throw CommandError(.badInput, "Line \(index + 1) of '\(source)' is '\(shown)' but must be \(kind.expectation).")
    }
    keys.append(key)
  }
  return keys
}
