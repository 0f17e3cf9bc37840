internal import LarderBlobs
internal import LarderCrypto
internal import LarderIndex
internal import LarderSystem

/// Condemned rows whose removers are gone.
///
/// Who removes something finishes it within moments, and whoever is stopped or killed in between leaves condemned rows
/// behind. Which of the two it is does not matter for finishing them: anyone may, at any time. It matters for what is
/// told, so only those count that were there when the sweep began and are still there at its end.
struct LeftoverSweep {
  let sweep: Sweep
  private let candidates: [CondemnedBlob]

  private static let pageSize = 1000
  /// The moments that a remover is given.
  private static let patience: UInt64 = 200_000_000

  /// Looks what there is at the beginning of a sweep.
  init(_ sweep: Sweep) throws {
    self.sweep = sweep
    candidates = try Self.condemned(sweep.store.index)
  }

  /// Finishes what is still there.
  func run() throws {
    if candidates.isEmpty { return }
    var left = Set(try Self.condemned(sweep.store.index).map(\.id))
    if candidates.contains(where: { left.contains($0.id) }) && sweep.elapsed < Self.patience {
      Clock.rest(nanoseconds: Self.patience - sweep.elapsed)
      left = Set(try Self.condemned(sweep.store.index).map(\.id))
    }
    for var blob in candidates where left.contains(blob.id) {
      // Who condemns a blob removes its entries in the same step. Where there are some, a row was altered, and its file may
      // be all that is left of what they stand for.
      let isUsed = try !sweep.store.index.dependents(of: blob.id, limit: 1).isEmpty
      if isUsed { blob.evidence = blob.evidence ?? "its row calls it removed, and entries refer to it" }
      let file = try blob.name.flatMap { try sweep.ownFile($0, of: blob.id) }
      // Whoever began this meant to keep the file.
      let isKept = file != nil && blob.evidence != nil && sweep.options.repair == .quarantine
      try sweep.report(
        .init(
          .leftover, path: blob.name.map { "blobs/\($0.path)" }, blob: blob.name?.contentDigest.hex,
          detail: isUsed ? "its row calls it removed, and entries refer to it" : "its removal was interrupted",
          bytes: file?.size ?? 0, age: file.map { sweep.age($0.changed) },
          action: isKept ? .quarantined : .finished),
        .finish(blob))
    }
  }

  private static func condemned(_ index: any CacheIndex) throws -> [CondemnedBlob] {
    var blobs: [CondemnedBlob] = []
    while true {
      let page = try index.condemned(after: blobs.last?.id, limit: pageSize)
      blobs += page
      if page.count < pageSize { return blobs }
    }
  }
}
