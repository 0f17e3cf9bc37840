/// Why a lookup did not give a value.
public struct MissReason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The reason as reports, statistics and JSON output name it.
  public let rawValue: String

  /// Makes a reason from its name.
  ///
  /// - Parameter rawValue: The name of the reason.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The name of the reason.
  public var description: String { rawValue }

  /// The function was never seen here; or, for a bare key, the key was not.
  public static let cold = MissReason(rawValue: "cold")
  /// The function was seen, but not with these arguments.
  public static let arguments = MissReason(rawValue: "args")
  /// The function was seen, but not in this version.
  public static let version = MissReason(rawValue: "version")
  /// The entry's time was up.
  public static let expired = MissReason(rawValue: "expired")
  /// The entry was evicted to keep the cache within its limits.
  public static let evicted = MissReason(rawValue: "evicted")
  /// The entry was removed by a user.
  public static let invalidated = MissReason(rawValue: "invalidated")
  /// The entry refers to a blob that is not there.
  public static let missingBlob = MissReason(rawValue: "missing_blob")
  /// The stored bytes are not those that were written.
  public static let corrupt = MissReason(rawValue: "corrupt")
  /// The bytes are sound, but do not decode as the type asked for.
  public static let undecodable = MissReason(rawValue: "undecodable")
  /// The seal of a row does not verify.
  public static let signature = MissReason(rawValue: "signature")
  /// The caller asked to compute anew.
  public static let refresh = MissReason(rawValue: "refresh")
  /// The cache is switched off.
  public static let disabled = MissReason(rawValue: "disabled")
  /// The index was held by somebody else for too long.
  public static let busy = MissReason(rawValue: "busy")
  /// The cache could not be read.
  public static let error = MissReason(rawValue: "error")
}
