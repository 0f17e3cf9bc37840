internal import Larder
internal import LarderSystem

// For people
extension VerifyReport {
  /// The report: a line for each kind of problem, then what was done, then what to do.
  package func lines(verbose: Bool) -> [String] {
    var table = TextTable([.left, .right, .left])
    let kinds = SweepReport.Kind.allCases.filter { found.count($0) > 0 }
    for kind in kinds {
      let bytes = found.bytes[kind] ?? 0
      table.add([
        cell(kind.rawValue, HumanText.count(found.count(kind), kind.noun.one, kind.noun.many)),
        bytes > 0 ? HumanText.size(bytes) : "–", summary(of: kind),
      ])
    }
    if found.inFlight > 0 {
      table.add([cell("in flight", HumanText.count(found.inFlight, "blob", "blobs")), "", "being written now"])
    }
    var lines = [heading]
    for (row, line) in table.lines(indent: 2).enumerated() {
      lines.append(line)
      if verbose, row < kinds.count { lines += list(of: kinds[row]) }
    }
    return lines + [result] + [mending, rest(verbose: verbose), stop, unrecorded, rescue, advice].compactMap { $0 }
  }

  private var heading: String {
    let mode = repairs ? "repairing" : options.dryRun ? "dry run" : "read only"
    return "Checking \(HumanText.count(found.entries, "entry", "entries")), "
      + "\(HumanText.count(found.blobs, "blob", "blobs")) in \(directory) (\(index)), \(options.quick ? "quick, " : "")"
      + mode
  }

  private func cell(_ kind: String, _ count: String) -> String {
    // Nearly all names of kinds have up to nine letters.
    let width = found.count(.unreadable) > 0 ? 11 : 10
    return kind + String(repeating: " ", count: width - kind.utf8.count) + count
  }

  // What was found

  private func summary(of kind: SweepReport.Kind) -> String {
    let problems = found.problems.filter { $0.kind == kind }
    // After a repair those that remain are what somebody has to do something about.
    guard let first = problems.first(where: { repairs && $0.action == .none }) ?? problems.first else { return "" }
    let count = found.count(kind)
    if kind.isResidue {
      guard let age = problems.compactMap(\.age).max() else { return shortened(first.detail) }
      return "\(shortened(first.detail)), \(count == 1 ? "of" : "oldest") \(now.adding(nanoseconds: -age).minute)"
    }
    return shortened(first.shown(wholeKey: false)) + (count > 1 ? ", and \(HumanText.grouped(count - 1)) more" : "")
  }

  private func list(of kind: SweepReport.Kind) -> [String] {
    let problems = found.problems.filter { $0.kind == kind }
    let more = found.count(kind) - Int64(problems.count)
    return problems.map { problem in
      var line = "    " + problem.shown(wholeKey: true)
      if problem.bytes > 0 { line += ", \(HumanText.size(problem.bytes))" }
      if let age = problem.age { line += ", of \(now.adding(nanoseconds: -age).minute)" }
      if let action = problem.action.participle { line += options.dryRun ? ": to be \(action)" : ": \(action)" }
      return line
    } + (more > 0 ? ["    and \(HumanText.grouped(more)) more"] : [])
  }

  // What was done

  private var result: String {
    let problems = found.isClean ? "No problems" : HumanText.count(found.problemCount, "problem", "problems")
    let time = HumanText.duration(seconds: found.duration.inSeconds)
    let work =
      options.quick
      ? " Compared names and sizes in \(time)." : " Read \(HumanText.size(found.readBytes)) in \(time)."
    return ([problems] + bytes).joined(separator: ", ") + "." + work + (hasChanged ? "" : " Nothing was changed.")
  }

  /// What a repair does about the space that is taken, or did.
  private var bytes: [String] {
    var parts: [String] = []
    if found.reclaimableBytes > 0 {
      let word = hasChanged ? "reclaimed" : options.repair == .none ? "reclaimable with --delete" : "reclaimable"
      parts.append("\(HumanText.size(found.reclaimableBytes)) \(word)")
    }
    if found.quarantinedBytes > 0 {
      let word = hasChanged ? "moved to quarantine" : "to be moved to quarantine"
      parts.append("\(HumanText.size(found.quarantinedBytes)) \(word)")
    }
    return parts
  }

  private var hasChanged: Bool { repairs && (remaining < found.problemCount || found.obstacles > 0) }

  private var mending: String? {
    let parts = SweepReport.Action.inOrder.flatMap { action in
      var counts = SweepReport.Kind.allCases.compactMap { kind in
        found.actions[kind]?[action].map { (kind: kind, count: $0) }
      }
      // The problem with their file remains, and is not among these.
      if action == .removed, found.entriesOfObstacles > 0 { counts.append((.dangling, found.entriesOfObstacles)) }
      return action.sentences(counts, quarantine: "\(directory)/quarantine")
    }
    guard !parts.isEmpty else { return nil }
    return (options.dryRun ? "To be mended: " : "Mended: ") + parts.joined(separator: ", ") + "."
  }

  private func rest(verbose: Bool) -> String? {
    guard repairs, remaining > 0 else { return nil }
    return (remaining == 1 ? "1 problem remains." : "\(HumanText.grouped(remaining)) problems remain.")
      + (verbose ? "" : " See \(remaining == 1 ? "it" : "them") with: \(command.naming)")
  }

  private var stop: String? {
    if found.isComplete { return nil }
    if found.isIndexGone { return "Without it nothing else of the cache could be verified." }
    // A portion that was begun may have been read for the most part.
    let isBegun = found.portions + found.unverifiable >= SweepReport.allPortions
    guard options.maximumDuration != nil, !isBegun else {
      return
        "\(found.portions) of 257 portions of the cache could be verified as a whole; the index is too damaged for the "
        + "others."
    }
    let failed = found.unverifiable
    return
      "Stopped when the time was up: \(found.portions) of 257 portions of the cache \(found.portions == 1 ? "is" : "are") "
      + "verified"
      + (failed > 0
        ? ", and \(failed) more \(failed == 1 ? "was" : "were") begun that the index is too damaged for. " : ". ")
      + (isRecorded && found.unrecorded == nil
        ? "The next run with --max-duration goes on there." : "This run is not recorded, so the next one begins anew.")
  }

  private var unrecorded: String? {
    found.unrecorded.map { "When this was verified could not be recorded: \($0)" }
  }

  private var advice: String? {
    if repairs || !(isIndexDamaged || found.repairable > 0) { return nil }
    return "Repair with: \(command.repair)"
  }

  /// What a repair does about an index that is damaged: nothing else that it does takes more than the cache itself.
  private var rescue: String? {
    guard !repairs, isIndexDamaged else { return nil }
    if found.isIndexGone {
      return
        "A repair makes an empty index: there is nothing left of the old one to save. All blobs are then orphans, and go "
        + (options.repair == .delete ? "for good." : "to \(directory)/quarantine.")
    }
    return
      "A repair saves what can be read of the index into a new one, and moves the damaged one to \(directory)/quarantine."
  }

  private var isIndexDamaged: Bool { found.problems.contains { $0.kind == .index && $0.path != nil } }
}

extension SweepReport.Problem {
  /// Where, and what is wrong.
  fileprivate func shown(wholeKey: Bool) -> String {
    let key = key.map { wholeKey ? $0.description : String($0.description.prefix(8)) }
    let entry = [function, key].compactMap { $0 }.filter { !$0.isEmpty }
    let name = entry.isEmpty ? nil : entry.joined(separator: " ")
    // What is not there is missed by its entry.
    guard kind == .dangling, let name else { return (path ?? name ?? blob).map { "\($0): \(detail)" } ?? detail }
    return "\(name): \(detail)" + (wholeKey ? path.map { " ('\($0)')" } ?? "" : "")
  }
}

/// Long digests by their first digits; no line of a summary is for copying them.
private func shortened(_ text: String) -> String {
  var result = ""
  var digits = ""
  func close() {
    result += digits.utf8.count >= 32 ? digits.prefix(6) + "…" : digits
    digits = ""
  }
  for character in text {
    if ("0"..."9").contains(character) || ("a"..."f").contains(character) {
      digits.append(character)
    } else {
      close()
      result.append(character)
    }
  }
  close()
  return result
}
