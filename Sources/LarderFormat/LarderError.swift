/// What went wrong, on what, and what to do about it.
public struct LarderError: Error, Sendable, CustomStringConvertible {
  /// The kind of a failure, for code that decides by it; new kinds may be added.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name of the kind, as reports and JSON output show it.
    public let rawValue: String

    /// Makes a code from its name.
    ///
    /// - Parameter rawValue: The name of the kind.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// An argument cannot be part of a key; the message names its path.
    public static let argument = Code(rawValue: "argument")
    /// A parameter of a call is not acceptable.
    public static let usage = Code(rawValue: "usage")
    /// A value cannot be encoded as an artifact.
    public static let encoding = Code(rawValue: "encoding")
    /// There is no cache at the path.
    public static let noCache = Code(rawValue: "no_cache")
    /// The cache cannot be made there.
    public static let cannotCreate = Code(rawValue: "cannot_create")
    /// The directory is of a format that this version does not read, or is not a cache.
    public static let format = Code(rawValue: "format")
    /// A file system call failed.
    public static let io = Code(rawValue: "io")
    /// An artifact is larger than the cache may be.
    public static let tooLarge = Code(rawValue: "too_large")
    /// The disk, or the quota, is full.
    public static let fullDisk = Code(rawValue: "full_disk")
    /// The index cannot be read or written.
    public static let index = Code(rawValue: "index")
    /// Somebody else holds what is needed, for longer than the caller wanted to wait.
    public static let busy = Code(rawValue: "busy")
    /// The permissions or the read-only mode forbid it.
    public static let refused = Code(rawValue: "refused")
    /// Stored bytes are not what they were.
    public static let damaged = Code(rawValue: "damaged")
    /// A computation asked for its own key.
    public static let recursion = Code(rawValue: "recursion")
    /// A setting is unknown or has an unusable value.
    public static let configuration = Code(rawValue: "configuration")
  }

  /// The kind of the failure.
  public var code: Code

  /// One sentence or two: what failed, on what, and what to do.
  public var message: String

  /// The error below this one, if there is one.
  public var cause: (any Error)?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: The kind of the failure.
  ///   - message: What failed, on what, and what to do. Never a secret or the value of an argument.
  ///   - cause: The error below this one.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, with the cause behind it.
  public var description: String {
    guard let cause else { return message }
    return "\(message) (\(cause))"
  }
}
