internal import LarderIndex

extension LostCommits {
  /// What is the matter, for one who only reads.
  static func wordsForReading(_ cache: String) -> String {
    "The log of the index of the cache at '\(cache)' was damaged or is incomplete, as after a power cut. What had been removed "
      + "last is not served, but still listed. Open the cache for writing once, with 'larder verify --repair' say."
  }

  /// What happened, for the user.
  func words(_ cache: String) -> String {
    let lost =
      switch commits {
      case 0: "changes behind that are lost"
      case 1: "a change behind that is lost"
      default: "\(commits) changes behind that are lost"
      }
    let removed =
      switch removedEntries {
      case 0: ""
      case 1: " One entry that had been removed there was removed again."
      default: " \(removedEntries) entries that had been removed there were removed again."
      }
    return
      "The log of the index of the cache at '\(cache)' was damaged or is incomplete, as after a power cut: \(lost).\(removed) "
      + "A sweep with repair deals with files left over. Check the disk if there was no power cut."
  }
}
