/// The arguments of a call, each with a name.
///
/// `["csv": .file("train.csv"), "depth": 7]`, or without labels `["train.csv", 7]`, whose names are `0`, `1`, ….
/// The order does not matter to the key. A name that occurs twice is an error when the key is derived.
public struct KeyArguments: Sendable, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
  package struct Element: Sendable {
    package let name: String
    package let value: any Encodable & Sendable
  }

  package private(set) var elements: [Element]

  /// No arguments.
  public init() { elements = [] }

  /// Arguments with names.
  ///
  /// - Parameter elements: The names and values.
  public init(dictionaryLiteral elements: (String, any Encodable & Sendable)...) {
    self.elements = elements.map { Element(name: $0.0, value: $0.1) }
  }

  /// Arguments without names: they are called `0`, `1`, ….
  ///
  /// - Parameter elements: The values.
  public init(arrayLiteral elements: any Encodable & Sendable...) {
    self.elements = elements.enumerated().map { Element(name: String($0.offset), value: $0.element) }
  }

  /// Arguments from a dictionary or another sequence of names and values.
  ///
  /// - Parameter named: The names and values.
  public init(_ named: some Sequence<(key: String, value: any Encodable & Sendable)>) {
    elements = named.map { Element(name: $0.key, value: $0.value) }
  }

  /// Adds an argument.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - value: Its value.
  public mutating func append(_ name: String, _ value: any Encodable & Sendable) {
    elements.append(Element(name: name, value: value))
  }
}
