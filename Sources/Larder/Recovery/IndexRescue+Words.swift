internal import LarderIndex

extension IndexRescue {
  /// What happened, for the user: what is saved, what is lost, and where the damaged files are.
  func words(_ damage: IndexDamage, _ cache: String, _ place: String) -> String {
    if damage == .gone, entries == 0, blobs == 0 {
      return
        "The index of the cache at '\(cache)' was damaged (\(damage.words)). There was nothing to save: the cache goes on with an "
        + "empty index, and what was stored before is lost. What was left is kept as '\(cache)/\(place)'. A sweep with repair "
        + "deals with the files."
    }
    var parts = [
      "The index of the cache at '\(cache)' was damaged (\(damage.words)).",
      "\(number(entries, "entry", "entries")) and \(number(blobs, "blob", "blobs")) are saved in a new index.",
    ]
    var lost: [String] = []
    if lostEntries > 0 { lost.append(number(lostEntries, "entry", "entries")) }
    if lostBlobs > 0 { lost.append(number(lostBlobs, "blob", "blobs")) }
    if unreadable > 0 {
      lost.append("what was in \(number(Int64(unreadable), "unreadable place", "unreadable places"))")
    }
    let missing = (recorded?.entries ?? 0) - entries - lostEntries - removedEntries
    if missing > 0 { lost.append("\(number(missing, "entry", "entries")) that the index had counted") }
    parts.append(lost.isEmpty ? "Nothing else could be read of it." : "Lost: \(lost.joined(separator: ", ")).")
    parts.append("The damaged files are kept as '\(cache)/\(place)'. A sweep with repair deals with files left over.")
    return parts.joined(separator: " ")
  }

  private func number(_ count: Int64, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
}
