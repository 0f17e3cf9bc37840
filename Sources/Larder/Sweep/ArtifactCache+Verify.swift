internal import Dispatch

extension ArtifactCache {
  /// Sweeps the cache: compares every entry and every blob with what they should be, beside any number of readers and
  /// writers, and repairs what it finds if it is asked to.
  ///
  /// ```swift
  /// let report = try await cache.verify()
  /// print(report.isClean ? "sound" : "\(report.problemCount) problems")
  /// ```
  ///
  /// - Parameter options: What is verified, and what happens to what is found.
  /// - Returns: What was found and done.
  /// - Throws: ``LarderError`` when the cache cannot be read, or not be written for a repair.
  public func verify(_ options: SweepOptions = .init()) async throws -> SweepReport {
    let changes = options.repair != .none && !options.dryRun
    let store = try changes ? shared.store() : shared.storeAsItIs()
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { [shared] in
        continuation.resume(
          with: Result {
            let report = try store.sweep(options)
            // Where the index proved damaged this opens it again, with what could be saved.
            guard changes, store.isDamaged, let renewed = shared.storeIfOpen, renewed !== store, !renewed.isDamaged
            else {
              return report
            }
            var second = try renewed.sweep(options)
            second.noteIndexReplaced(after: report)
            return second
          })
      }
    }
  }
}
