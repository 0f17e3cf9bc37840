internal import LarderBlobs
internal import LarderCrypto
package import LarderFormat
package import LarderIndex
internal import LarderSystem

/// Which call a key stands for, as far as looking it up needs it.
package struct CallName: Hashable, Sendable {
  package var namespace: String
  package var function: String
  package var version: String

  package init(namespace: String = "", function: String = "", version: String = "") {
    self.namespace = namespace
    self.function = function
    self.version = version
  }
}

/// What a lookup found.
package enum Finding<Body> {
  case hit(StoredEntry, Body)
  case miss(Miss)
}

/// A lookup without a value.
package struct Miss: Sendable {
  package var reason: MissReason
  /// The seal of the entry that could not be served; a put replaces that entry and no other.
  package var seen: Seal?
  /// How many removals by users there had been; a put that a removal overtook is not stored.
  package var removals: Int64?
}

extension ArtifactStore {
  /// The bytes of the artifact under a key.
  package func bytes<Content: BlobContent>(
    for key: ArtifactKey, _ call: CallName, as type: Content.Type = [UInt8].self
  ) throws(LarderError) -> Finding<Content> {
    try find(key, call) { (entry, blob) throws(BlobReadError) in
      switch blob.record.place {
      case .inline(let stored): try BlobTree.decode(inline: stored, blob.record.form, as: type)
      case .file: try self.read(blob, as: type)
      }
    }
  }

  /// The entry under a key, if it can be served as far as the index and the size of its file tell.
  package func entry(for key: ArtifactKey, _ call: CallName) throws(LarderError) -> Finding<Void> {
    try find(key, call) { (_, blob) throws(BlobReadError) in
      guard let name = blob.record.name else { return }
      let isThere: Bool
      do throws(SystemError) { isThere = try self.tree.exists(name, storedSize: blob.record.form.storedSize) } catch {
        throw .io(error)
      }
      if !isThere { throw .missing }
    }
  }

  /// How often a key is looked at again that others replace while it is read.
  private static let looks = 10

  /// Looks an entry up, checks it, and lets `read` get at its blob.
  ///
  /// Damage is proven by a second look at the same entry with the same blob: until then another process may have replaced
  /// both between the reading of one and of the other.
  func find<Body>(
    _ key: ArtifactKey, _ call: CallName, read: (StoredEntry, StoredBlob) throws(BlobReadError) -> Body
  ) throws(LarderError) -> Finding<Body> {
    do throws(IndexError) {
      var miss = Miss(reason: .cold)
      var blobSeen: BlobID?
      for _ in 0..<Self.looks {
        guard let entry = try index.entry(for: key) else { return .miss(try absent(key, call)) }
        let isSecondLook = miss.seen == entry.seal && blobSeen == entry.blob?.id
        blobSeen = entry.blob?.id
        miss = Miss(reason: .cold, seen: entry.seal)
        if let reason = refusal(of: entry) {
          miss.reason = reason
        } else if let blob = entry.blob {
          do throws(BlobReadError) { return .hit(entry, try read(entry, blob)) } catch { miss.reason = error.reason }
        } else {
          miss.reason = .missingBlob
        }
        if isSecondLook || miss.reason == .expired { break }
      }
      miss.removals = try index.removals()
      return .miss(miss)
    } catch {
      throw failed(error)
    }
  }

  private func absent(_ key: ArtifactKey, _ call: CallName) throws(IndexError) -> Miss {
    let absence = try index.absence(
      of: key, namespace: call.namespace, function: call.function, version: call.version)
    let reason: MissReason =
      if let tombstone = absence.tombstone {
        tombstone.reason
      } else if call.function.isEmpty {
        // All bare keys share this name, which says nothing about one of them.
        .cold
      } else if absence.versionSeen {
        .arguments
      } else if absence.functionSeen {
        .version
      } else {
        .cold
      }
    return Miss(reason: reason, removals: absence.removals)
  }

  /// Why an entry must not be served, before any of its bytes are looked at.
  private func refusal(of entry: StoredEntry) -> MissReason? {
    let record = entry.record
    guard sealer.verifies(record, entry.seal) else { return .signature }
    if entry.isExpired(at: clock.now()) { return .expired }
    guard let blob = entry.blob else { return .missingBlob }
    guard sealer.verifies(blob.record, blob.seal), blob.record.form.contentDigest == record.contentDigest else {
      return .signature
    }
    return nil
  }

  func read<Content: BlobContent>(
    _ blob: StoredBlob, as type: Content.Type = [UInt8].self
  ) throws(BlobReadError) -> Content {
    guard let name = blob.record.name else { throw .missing }
    return try tree.read(name, blob.record.form, as: type)
  }

  // Counting

  /// Counts a hit and what it saved.
  package func countHit(_ entry: StoredEntry) {
    let now = clock.now()
    let name = StatisticsBuffer.FunctionName(namespace: entry.record.namespace, function: entry.record.function)
    let full = statistics.count(name, use: entry.record.key, at: now) { counters in
      counters.hits += 1
      counters.saved.addClamping(entry.record.cost)
      counters.bytesRead.addClamping(entry.record.size)
    }
    if full { flushStatisticsLater() }
  }

  package func countMiss(_ reason: MissReason, _ call: CallName) {
    count(call) { $0.misses[reason, default: 0] += 1 }
  }

  func count(_ call: CallName, _ change: (inout StatisticsBuffer.Counters) -> Void) {
    let name = StatisticsBuffer.FunctionName(namespace: call.namespace, function: call.function)
    if statistics.count(name, at: clock.now(), change) { flushStatisticsLater() }
  }
}

extension BlobReadError {
  var reason: MissReason {
    switch self {
    // What lies in the place of a blob is somebody else's, and stays: the blob itself is gone.
    case .missing, .notRegular: .missingBlob
    case .io: .error
    default: .corrupt
    }
  }
}
