package import LarderFormat
package import LarderIndex
internal import LarderSystem

extension ArtifactStore {
  /// Removes entries and the blobs that nobody refers to any more. The mirror image of a put: the entries go first.
  package func remove(_ keys: [ArtifactKey]) throws(LarderError) -> RemovalOutcome {
    guard !settings.readOnly else {
      throw LarderError(
        .refused, "The cache at '\(directory.path)' is open read-only. Open it for writing to remove something.")
    }
    return try failing("remove artifacts") {
      try InterruptDelay.during {
        let outcome = try removeEntries(keys, at: clock.now())
        finish(outcome.condemned)
        return outcome
      }
    }
  }
}
