package import LarderFormat
internal import LarderIndex

extension ArtifactStore {
  /// Sweeps the cache; see ``ArtifactCache/verify(_:)``.
  package func sweep(_ options: SweepOptions) throws(LarderError) -> SweepReport {
    guard options.repair == .none || options.dryRun || !settings.readOnly else {
      throw LarderError(
        .refused, "The cache at '\(directory.path)' is open read-only. Open it for writing to repair it.")
    }
    return try failing("verify the artifacts") {
      do { return try Sweep(self, options).run() } catch let error as IndexError {
        // Whoever only looks has nothing replaced: a failure that is noted leads to that.
        if options.repair == .none || options.dryRun { throw LarderError.index(error) }
        throw error
      }
    }
  }
}
