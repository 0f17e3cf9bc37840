// What may be missing: somebody else may have removed it just now.
extension Descriptor {
  /// The status of an entry of this directory; nil when there is none.
  package func status(ifThere name: some PathBytes) throws(SystemError) -> FileStatus? {
    do throws(SystemError) { return try status(of: name) } catch {
      if error.isMissing { return nil }
      throw error
    }
  }

  /// Whether this directory has an entry of that name.
  package func holds(_ name: some PathBytes) throws(SystemError) -> Bool { try status(ifThere: name) != nil }

  /// Removes a file of this directory, and says whether it was there.
  @discardableResult
  package func remove(ifThere name: some PathBytes) throws(SystemError) -> Bool {
    do throws(SystemError) {
      try remove(name)
      return true
    } catch {
      if error.isMissing { return false }
      throw error
    }
  }
}
