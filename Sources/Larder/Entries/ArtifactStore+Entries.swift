package import LarderFormat
package import LarderIndex
internal import LarderSystem

extension EntrySelection {
  fileprivate func narrow(_ page: [StoredEntry], _ index: any CacheIndex) throws(IndexError) -> [StoredEntry] {
    let near = page.filter { fits($0.record) }
    if arguments.isEmpty { return near }
    var fitting: [StoredEntry] = []
    // Documents can be large: few at a time.
    for start in stride(from: 0, to: near.count, by: 16) {
      let part = near[start..<min(start + 16, near.count)]
      let whole = try index.entries(for: part.map(\.record.key))
      for (entry, whole) in zip(part, whole) {
        if let whole, fits(document: whole.record.document) { fitting.append(entry) }
      }
    }
    return fitting
  }
}

extension ArtifactStore {
  /// Visits entries in the order of their keys, a page at a time, without documents and inline bytes. Entries that come
  /// or go meanwhile may be visited or not.
  ///
  /// - Parameters:
  ///   - selection: Which.
  ///   - visit: Called with each; answers whether to go on.
  /// - Throws: ``LarderError`` when the index cannot be read, and what `visit` throws.
  package func visit(_ selection: EntrySelection, _ visit: (StoredEntry) throws -> Bool) throws {
    let pageSize = 256
    var last: ArtifactKey?
    while true {
      let page: [StoredEntry]
      let fitting: [StoredEntry]
      do throws(IndexError) {
        page = try index.entries(after: last, limit: pageSize)
        fitting = try selection.narrow(page, index)
      } catch { throw failed(error) }
      for entry in fitting where try !visit(entry) { return }
      guard page.count == pageSize, let end = page.last else { return }
      last = end.record.key
    }
  }

  /// The sizes in bytes of the artifacts under these keys, where there is one.
  package func sizes(of keys: [ArtifactKey]) throws(LarderError) -> [ArtifactKey: Int64] {
    do throws(IndexError) {
      var sizes: [ArtifactKey: Int64] = [:]
      for entry in try index.entries(for: keys) { if let entry { sizes[entry.record.key] = entry.record.size } }
      return sizes
    } catch { throw failed(error) }
  }
}
