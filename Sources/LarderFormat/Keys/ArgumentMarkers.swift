/// An argument that is a file: the key depends on its content, never on where it lies or when it was written.
///
/// `["csv": .file("train.csv")]`
public struct InputFile: Encodable, Hashable, Sendable {
  /// The path as given; relative paths are relative to the working directory.
  public let path: String
  /// Whether the base name is part of the key too.
  public let isNamed: Bool

  /// Names a file.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - named: Whether its base name is part of the key too.
  public init(_ path: String, named: Bool = false) {
    self.path = path
    isNamed = named
  }

  /// The same file, with its base name as part of the key: for computations that look at the name.
  public var named: InputFile { InputFile(path, named: true) }

  /// Always throws: a file marks a whole argument, and cannot lie inside one.
  ///
  /// - Parameter encoder: Not used.
  /// - Throws: `EncodingError`.
  public func encode(to encoder: any Encoder) throws { throw misplaced(self, ".file", encoder) }
}

/// An argument that is a directory with everything in it, by content.
public struct InputTree: Encodable, Hashable, Sendable {
  /// The path as given; relative paths are relative to the working directory.
  public let path: String

  /// Names a directory.
  ///
  /// - Parameter path: The path of the directory.
  public init(_ path: String) { self.path = path }

  /// Always throws: a tree marks a whole argument, and cannot lie inside one.
  ///
  /// - Parameter encoder: Not used.
  /// - Throws: `EncodingError`.
  public func encode(to encoder: any Encoder) throws { throw misplaced(self, ".tree", encoder) }
}

/// An argument that is the content of a file without a path, such as what came through a pipe. It has the key that a file
/// with that content has.
package struct InputContent: Encodable, Hashable, Sendable {
  package let identity: FileIdentity

  package init(_ identity: FileIdentity) { self.identity = identity }

  package func encode(to encoder: any Encoder) throws { throw misplaced(self, ".content", encoder) }
}

/// An argument that the key depends on and that is kept nowhere: the index holds an HMAC of it.
public struct Secret<Value: Encodable & Sendable>: Encodable, Sendable {
  /// The value that is kept secret.
  public let value: Value

  /// Marks a value as secret.
  ///
  /// - Parameter value: The value.
  public init(_ value: Value) { self.value = value }

  /// Always throws: a secret marks a whole argument, and cannot lie inside one.
  ///
  /// - Parameter encoder: Not used.
  /// - Throws: `EncodingError`.
  public func encode(to encoder: any Encoder) throws { throw misplaced(self, ".secret", encoder) }
}

extension Secret: CustomStringConvertible, CustomReflectable {
  /// Three dots, whatever the value is.
  public var description: String { "•••" }
  /// Shows nothing of the value.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// An argument that is remembered for display and does not change the key.
public struct Unkeyed<Value: Encodable & Sendable>: Encodable, Sendable {
  /// The value that is shown.
  public let value: Value

  /// Marks a value as no part of the key.
  ///
  /// - Parameter value: The value.
  public init(_ value: Value) { self.value = value }

  /// Always throws: the mark is for a whole argument, and cannot lie inside one.
  ///
  /// - Parameter encoder: Not used.
  /// - Throws: `EncodingError`.
  public func encode(to encoder: any Encoder) throws { throw misplaced(self, ".unkeyed", encoder) }
}

/// A path as text: the key depends on how it is written, not on what lies there.
///
/// It is normalised lexically: repeated slashes, `.` and `name/..` fall away.
public struct InputPath: Encodable, Hashable, Sendable {
  /// The normalised path.
  public let path: String

  /// Names a path.
  ///
  /// - Parameter path: The path; it need not exist.
  public init(_ path: String) { self.path = LexicalPath.normalized(path) }

  /// Writes the normalised path.
  ///
  /// - Parameter encoder: Where to write it.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(path)
  }
}

/// What an encoder other than that of keys is told, such as one for JSON.
private func misplaced(_ value: some Encodable, _ mark: String, _ encoder: any Encoder) -> EncodingError {
  // The value itself stays out of the error: it may be a secret.
  .invalidValue(mark, .init(codingPath: encoder.codingPath, debugDescription: misplacedMark(mark)))
}

func misplacedMark(_ mark: String) -> String {
  "\(mark) marks a whole argument and cannot lie inside another value. Pass it as an argument of its own"
}

extension Encodable where Self == InputFile {
  /// A file by content.
  ///
  /// - Parameter path: The path of the file.
  /// - Returns: The argument.
  public static func file(_ path: String) -> InputFile { InputFile(path) }
}

extension Encodable where Self == InputTree {
  /// A directory by content.
  ///
  /// - Parameter path: The path of the directory.
  /// - Returns: The argument.
  public static func tree(_ path: String) -> InputTree { InputTree(path) }
}

extension Encodable where Self == InputPath {
  /// A path as text.
  ///
  /// - Parameter path: The path; it need not exist.
  /// - Returns: The argument.
  public static func path(_ path: String) -> InputPath { InputPath(path) }
}

extension Encodable {
  /// A value that the key depends on and that is kept nowhere.
  ///
  /// - Parameter value: The value.
  /// - Returns: The argument.
  public static func secret<Value: Encodable & Sendable>(_ value: Value) -> Self where Self == Secret<Value> {
    Secret(value)
  }

  /// A value that is remembered for display and does not change the key.
  ///
  /// - Parameter value: The value.
  /// - Returns: The argument.
  public static func unkeyed<Value: Encodable & Sendable>(_ value: Value) -> Self where Self == Unkeyed<Value> {
    Unkeyed(value)
  }
}
