/// A function as the command line names it: `NAME` or `NAME@VERSION`.
package struct FunctionName: Hashable, Sendable {
  package let name: String
  package let version: String?

  package init(name: String, version: String?) {
    self.name = name
    self.version = version
  }

  /// Splits at the last `@`.
  ///
  /// - Returns: nil when the name before it, or the version after it, is empty.
  package init?(_ text: String) {
    guard let at = text.unicodeScalars.lastIndex(of: "@") else {
      if text.isEmpty { return nil }
      self.init(name: text, version: nil)
      return
    }
    let version = text[text.index(after: at)...]
    if at == text.startIndex || version.isEmpty { return nil }
    self.init(name: String(text[..<at]), version: String(version))
  }
}
