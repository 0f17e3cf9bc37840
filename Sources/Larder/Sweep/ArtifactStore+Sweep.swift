package import LarderFormat

extension ArtifactStore {
  /// Sweeps the cache; see ``ArtifactCache/verify(_:)``.
  package func sweep(_ options: SweepOptions) throws(LarderError) -> SweepReport {
    throw LarderError(.usage, "The sweep is being built.")
  }
}
