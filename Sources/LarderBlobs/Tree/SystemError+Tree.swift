#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import LarderSystem

extension SystemError {
  /// For bytes that were written and do not come back.
  static let lostBytes = EIO

  /// What a file system says that has no links: EPERM by its manual, others by habit.
  var refusesLinks: Bool { isUnsupported || number == EPERM }

  static let notPermitted = EPERM
  static let nameTaken = EEXIST
  static let noDirectory = ENOTDIR
  static let isLink = ELOOP

  /// What an opening meets that finds a link, a socket, or a file in the place of a shard.
  var meetsNoFile: Bool { [ELOOP, ENXIO, ENOTDIR].contains(number) }
}
