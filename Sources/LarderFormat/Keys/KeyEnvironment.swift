/// What a result depends on besides the arguments: by default the operating system and the processor's architecture.
public struct KeyEnvironment: Hashable, Sendable {
  /// The values by name; nil stands for something that is looked at and not there, such as an unset variable.
  public let values: [String: String?]

  /// The values with their leaves, sorted by name: an environment is hashed once, not for each call.
  let parts: [DerivedCall.Part]

  private init(values: [String: String?]) {
    self.values = values
    parts = values.sorted { $0.key < $1.key }.map { DerivedCall.Part(environment: $0.key, $0.value) }
  }

  /// Whether two environments hold the same values.
  ///
  /// - Parameters:
  ///   - left: An environment.
  ///   - right: Another.
  /// - Returns: Whether they are equal.
  public static func == (left: KeyEnvironment, right: KeyEnvironment) -> Bool { left.values == right.values }

  /// Hashes the values.
  ///
  /// - Parameter hasher: The hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(values) }

  /// `os` and `arch` of this process: results of one platform are not taken for those of another.
  public static let standard = KeyEnvironment(values: ["os": operatingSystem, "arch": architecture])

  /// Nothing: a result is the same on every platform.
  public static let portable = KeyEnvironment(values: [:])

  /// This environment with one more value; an earlier one of the same name is replaced.
  ///
  /// - Parameters:
  ///   - name: The name, such as that of a variable or a tool.
  ///   - value: The value, or nil for something that is not there.
  /// - Returns: The new environment.
  public func adding(_ name: String, _ value: String?) -> KeyEnvironment {
    var values = values
    values.updateValue(value, forKey: name)
    return KeyEnvironment(values: values)
  }

  // Fixed names, written into keys for ever: they must not follow what an operating system calls itself.

  private static var operatingSystem: String {
    #if os(Linux)
      "linux"
    #elseif os(macOS)
      "macos"
    #elseif os(iOS)
      "ios"
    #elseif os(FreeBSD)
      "freebsd"
    #elseif os(Windows)
      "windows"
    #else
      #error("Give this operating system the name that its keys will have for ever.")
    #endif
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #elseif arch(riscv64)
      "riscv64"
    #elseif arch(powerpc64le)
      "powerpc64le"
    #elseif arch(s390x)
      "s390x"
    #else
      #error("Give this architecture the name that its keys will have for ever.")
    #endif
  }
}
