internal import LarderSystem

/// The lock of a journal's writer: byte 1 of the file `locks` beside it, freed by the kernel when its owner dies.
final class JournalLock: Sendable {
  private static let fileName = "locks"
  private static let byte: Int64 = 1
  private static let shortestRest: UInt64 = 2_000_000
  private static let longestRest: UInt64 = 50_000_000

  private let file: Descriptor

  init(beside path: String) throws(IndexError) {
    do throws(SystemError) {
      let directory = try Descriptor(directory: PathParts(path).directory)
      // Made where it is missing: a copy may have left out what is empty.
      file = try directory.open(Self.fileName, [.readWrite, .create, .noFollow])
    } catch { throw IndexError(journal: path, error) }
  }

  /// Polls: a wait inside the kernel could not be given up.
  func take(until deadline: UInt64, _ path: String) throws(IndexError) {
    var pause = Self.shortestRest
    while try !isTaken(path) {
      let now = Clock.system.uptime()
      if now >= deadline { throw .busy(path) }
      Clock.rest(nanoseconds: min(pause, deadline - now))
      pause = min(pause * 3 / 2, Self.longestRest)
    }
  }

  private func isTaken(_ path: String) throws(IndexError) -> Bool {
    do throws(SystemError) { return try file.tryLock(.exclusive, at: Self.byte) } catch {
      throw IndexError(journal: path, error)
    }
  }

  /// Says whether that worked.
  func giveBack() -> Bool {
    do throws(SystemError) {
      try file.unlock(at: Self.byte)
      return true
    } catch { return false }
  }
}
