package import LarderFormat

extension ArtifactStore {
  /// Sweeps the cache; see ``ArtifactCache/verify(_:)``.
  package func sweep(_ options: SweepOptions) throws(LarderError) -> SweepReport {
    guard options.repair == .none || options.dryRun || !settings.readOnly else {
      throw LarderError(
        .refused, "The cache at '\(directory.path)' is open read-only. Open it for writing to repair it.")
    }
    return try failing("verify the artifacts") { try Sweep(self, options).run() }
  }
}
