internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let histories: [Check] = [UInt64(1), 2, 3].map { seed in
    Check("after any history rows, totals, scores and condemned files are those of a simple model: seed \(seed)") {
      scene in try history(seed, scene)
    }
  }
}

/// What an index should hold, kept the simplest way: nothing is counted, everything is derived from the entries.
private struct Model {
  struct Artifact {
    var content: String
    var children: [String] = []
    var seal: Seal
    var uses: Int64 = 1
    var cost: Int64
    var score = 0.0
  }

  var entries: [String: Artifact] = [:]
  var reasons: [String: MissReason] = [:]
  var floor = 0.0
  var removals: Int64 = 0

  /// The contents that an entry or a tree refers to.
  var live: Set<String> { Set(entries.values.flatMap { [$0.content] + $0.children }) }

  var totals: IndexTotals {
    live.reduce(into: IndexTotals(entries: Int64(entries.count))) { totals, content in
      totals.blobs += 1
      totals.contentBytes += Model.record(content, number: 0).form.contentSize
      totals.storedBytes += Model.record(content, number: 0).form.storedSize
    }
  }

  mutating func score(_ name: String) {
    guard let artifact = entries[name] else { return }
    let bytes = Set(artifact.children).union([artifact.content]).reduce(0) {
      $0 + Model.record($1, number: 0).form.storedSize
    }
    entries[name]?.score = retentionScore(floor: floor, uses: artifact.uses, cost: artifact.cost, bytes: bytes)
  }

  /// Contents whose name begins with `i` lie in the row.
  static func record(_ content: String, number: UInt64) -> BlobRecord {
    var record = BlobRecord.file(
      content, number: number, size: Int64(content.utf8.reduce(1) { $0 * 31 % 997 + Int($1) }))
    if content.hasPrefix("i") { record.place = .inline(Array(content.utf8)) }
    return record
  }
}

private func history(_ seed: UInt64, _ scene: ConformanceScene) throws {
  try scene.withIndex { index in
    var generator = SplitMix(seed: seed)
    var model = Model()
    var number: UInt64 = 0
    var pending: [CondemnedBlob] = []

    func placed(_ content: String) -> EntryCommit.BlobSource {
      number += 1
      let record = Model.record(content, number: number)
      return .placed(record, sealer.seal(record))
    }

    for step in 0..<2000 {
      let name = "k\(Int.random(in: 0..<40, using: &generator))"
      let before = model.live
      var condemned: [CondemnedBlob] = []
      var replaced: Set<String> = []

      switch Int.random(in: 0..<100, using: &generator) {
      case 0..<60:
        var artifact = Model.Artifact(
          content: "\(["i", "f"].randomElement(using: &generator) ?? "")\(Int.random(in: 0..<25, using: &generator))",
          seal: Seal(digest: digest("")), cost: .random(in: 2_000_000...9_000_000_000, using: &generator))
        var source = placed(artifact.content)
        var children: [EntryCommit.BlobSource] = []
        let current = try index.liveBlob(digest(artifact.content), domain: "")
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
          artifact.children = (0..<3).map { _ in "f\(Int.random(in: 0..<25, using: &generator))" }
          artifact.content = "ftree(\(artifact.children.joined(separator: ",")))"
          children = artifact.children.map(placed)
          source = placed(artifact.content)
        case 1:
          if let current { source = .existing(current.id) }
        case 2:
          if let current, case .placed(let record, let seal) = source {
            source = .healed(current.id, record, seal)
            replaced = [artifact.content]
          }
        default: break
        }
        var commit = EntryCommit.put(
          name, source, content: artifact.content, children: children, created: Int64(step), cost: artifact.cost,
          removalsSeen: Bool.random(using: &generator) ? model.removals : nil)
        commit.seal = Seal(digest: digest("\(seed) \(step)"))
        artifact.seal = commit.seal
        if Int.random(in: 0..<4, using: &generator) == 0 { commit.mode = .ifAbsent }
        switch try index.commit(commit) {
        case .committed(_, let files):
          try expect(commit.mode == .replace || model.entries[name] == nil)
          artifact.uses = model.entries[name]?.uses ?? 1
          model.entries[name] = artifact
          model.score(name)
          condemned = files
        case .present(let entry):
          try expect(commit.mode == .ifAbsent)
          try expect(entry.seal == model.entries[name]?.seal)
          replaced = []
        case .refused(let refusal): throw ConformanceFailure("step \(step): \(refusal)")
        }
      case 60..<70:
        let names = [name, "k\(Int.random(in: 0..<40, using: &generator))"]
        let outcome = try index.remove(EntryRemoval(keys: names.map { key($0) }, time: time(Int64(step))))
        for name in names where model.entries.removeValue(forKey: name) != nil { model.reasons[name] = .invalidated }
        model.removals += 1
        condemned = outcome.condemned
      case 70..<75:
        if model.entries[name] != nil {
          condemned = try index.drop(
            key(name), EntrySighting(try require(try index.entry(for: key(name)))), reason: .corrupt,
            evidence: nil, at: time(Int64(step))
          )
          .condemned
          model.entries[name] = nil
          model.reasons[name] = .corrupt
        }
      case 75..<80:
        let bytes = model.totals.storedBytes - 500
        let outcome = try index.evict(toBytes: bytes, entries: 30, batch: 4, at: time(Int64(step)))
        var expected: [String] = []
        for (name, artifact) in model.entries.sorted(by: { $0.value.score < $1.value.score }).prefix(4) {
          if model.totals.storedBytes <= bytes && model.entries.count <= 30 { break }
          model.entries[name] = nil
          model.reasons[name] = .evicted
          model.floor = max(model.floor, artifact.score)
          expected.append(name)
        }
        try expect(outcome.removed == expected.map { key($0) })
        condemned = outcome.condemned
      case 80..<90:
        try index.record([UseRecord(key: key(name), count: 3, last: time(Int64(step)))], [])
        model.entries[name]?.uses += 3
        model.score(name)
      default:
        try index.forget(pending)
        pending = []
        try expect(try index.condemned(after: nil, limit: 10) == [])
      }

      let lost = before.subtracting(model.live).union(replaced).filter { $0.hasPrefix("f") }
      try expect(Set(condemned.compactMap { $0.name?.contentDigest }) == Set(lost.map(digest)), "step \(step)")
      try expect(condemned.count == lost.count)
      pending += condemned
      try expect(try index.totals() == model.totals, "step \(step)")
    }

    for number in 0..<40 {
      let name = "k\(number)"
      let entry = try index.entry(for: key(name))
      let artifact = model.entries[name]
      try expect(entry?.seal == artifact?.seal)
      try expect(entry?.use.uses == artifact?.uses)
      try expect(entry?.use.score == artifact?.score)
      try expect(entry?.blob?.record.form.contentDigest == artifact.map { digest($0.content) })
      if let id = entry?.blob?.id {
        let children = try index.children(of: id).map(\.record.form.contentDigest)
        try expect(Set(children) == Set((artifact?.children ?? []).map(digest)))
      } else {
        let tombstone = try index.absence(of: key(name), namespace: "n", function: "f", version: "1").tombstone
        try expect(tombstone?.reason == model.reasons[name])
      }
    }
    try expect(try index.removals() == model.removals)
  }
}
