#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import CSystem

// Locks on byte ranges of an open file description. The kernel frees them the moment the last descriptor of that
// description closes, so the death of a process leaves none behind. See fcntl(2), "Open file description locks".
extension Descriptor {
  package enum RangeLock: Sendable { case shared, exclusive }

  /// Takes the lock if nobody else has it and says whether it did; never waits.
  package func tryLock(_ lock: RangeLock, at start: Int64, length: Int64 = 1) throws(SystemError) -> Bool {
    do {
      _ = try perform(.fcntl, on: path) {
        larder_lock_range(number, Int32(lock == .shared ? F_RDLCK : F_WRLCK), start, length)
      }
      return true
    } catch {
      if error.number == EAGAIN || error.number == EACCES { return false }
      throw error
    }
  }

  package func unlock(at start: Int64, length: Int64 = 1) throws(SystemError) {
    _ = try perform(.fcntl, on: path) { larder_lock_range(number, Int32(F_UNLCK), start, length) }
  }

  /// Whether another open file description holds the range.
  package func isLocked(at start: Int64, length: Int64 = 1) throws(SystemError) -> Bool {
    try perform(.fcntl, on: path) { larder_range_is_locked(number, Int32(F_WRLCK), start, length) } == 1
  }
}
