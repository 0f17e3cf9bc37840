public import LarderFormat
internal import LarderSystem

/// Something that went wrong in the cache and was kept from the job.
public struct CacheWarning: Sendable, CustomStringConvertible {
  /// What went wrong.
  public var error: LarderError

  /// The warning in one line.
  public var description: String { error.message }

  /// Writes a warning to standard error in one line.
  public static let toStandardError: @Sendable (CacheWarning) -> Void = { warning in
    StandardError.write("larder: warning: \(printable(warning.description))\n")
  }
}
