internal import LarderFormat
internal import LarderSystem

extension JSONIndex {
  /// The version of the journal.
  package static var format: Int64 { JournalHeader.format }

  /// The name of a journal that is being written anew: a kill leaves it, and the next one takes it away.
  package static func unfinished(_ name: String) -> String { Journal.unfinished(name) }

  /// Makes the index of a cache, or opens the one that another process has made in the meantime: of several that
  /// create at once all end with the same identity.
  ///
  /// - Parameters:
  ///   - path: The file; its directory exists.
  ///   - identity: What the index is to be, unless it is there already.
  ///   - durable: Whether every commit waits until it is durable.
  ///   - deadline: How long calls wait for other processes.
  /// - Returns: The index, with the identity that it has.
  /// - Throws: ``IndexError/Code/foreign`` or ``IndexError/Code/damaged`` for a file that is something else, which stays
  ///   as it is.
  package static func create(
    at path: String, identity: IndexIdentity, durable: Bool = false, deadline: Duration = .seconds(30)
  ) throws(IndexError) -> JSONIndex {
    if try isToBeMade(path) {
      let lock = try JournalLock(beside: path)
      try lock.take(until: Clock.system.uptime() &+ deadline.nanoseconds, path)
      defer { _ = lock.giveBack() }
      if try isToBeMade(path) {
        var header = JournalHeader(identity: identity)
        do throws(SystemError) { _ = try Journal.make(at: path, &header, MemoryTables(path: path)) } catch {
          throw IndexError(journal: path, error)
        }
      }
    }
    return try open(at: path, durable: durable, deadline: deadline)
  }

  /// Whether there is nothing, or what is left of a creation that was interrupted.
  private static func isToBeMade(_ path: String) throws(IndexError) -> Bool {
    do throws(SystemError) {
      let status = try FileStatus(of: path)
      return status.kind == .file && status.size == 0
    } catch {
      if error.isMissing { return true }
      throw IndexError(journal: path, error)
    }
  }

  /// Opens the index of a cache.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - durable: Whether every commit waits until it is durable.
  ///   - readOnly: Whether nothing may be written; needed where the directory does not allow it.
  ///   - deadline: How long calls wait for other processes.
  /// - Returns: The index, with the identity that it has.
  /// - Throws: ``IndexError/Code/missing``, ``IndexError/Code/foreign`` or ``IndexError/Code/damaged`` where there is no
  ///   index that this version reads; ``IndexError/Code/readOnly`` where the file or directory does not allow what was
  ///   asked for.
  package static func open(
    at path: String, durable: Bool = false, readOnly: Bool = false, deadline: Duration = .seconds(30)
  ) throws(IndexError) -> JSONIndex {
    JSONIndex(try Journal(path, readOnly: readOnly), durable: durable, patience: deadline.nanoseconds)
  }
}
