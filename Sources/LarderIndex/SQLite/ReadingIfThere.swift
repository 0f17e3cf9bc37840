internal import LarderSystem

extension Descriptor {
  /// Opens a file that may be anything or nothing.
  ///
  /// - Throws: When a file is there and cannot be opened; nil where none is.
  static func forReading(ifThere path: String) throws(SystemError) -> Descriptor? {
    do throws(SystemError) { return try Descriptor(path, [.read, .noFollow, .nonBlocking]) } catch {
      if error.isMissing || error.isOutOfPlace { return nil }
      throw error
    }
  }
}
