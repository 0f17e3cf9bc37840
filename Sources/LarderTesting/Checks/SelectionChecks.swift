internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let selections: [Check] = [
    Check("a removal of a selection outlives the computation that it overtook, and no other") { scene in
      for name in cases.map(\.name) {
        let sample = try require(cases.first { $0.name == name })
        try scene.withIndex { index in
          // computing                            | the user
          let seen = try index.removals()
          //                                      | says what is removed, whether or not there is anything
          try index.announce(sample.selection, at: time(6000))
          try expect(try index.removals() == seen + 1)
          // commits what it knew before          |
          let outcome = try index.commit(put("k", removalsSeen: seen)).word
          try expect(outcome == (sample.isMeant ? "refused: invalidated" : committed))
          // looked up later                      |
          try expect(try index.commit(put("l", removalsSeen: seen + 1)).word == committed)
        }
      }
    },
    Check("what is announced is removed without a further row in the log, and what took its place meanwhile stays") {
      scene in
      try scene.withIndex { index in
        for name in ["a", "b", "c"] { _ = try index.commit(put(name)) }
        let page = try index.entries(after: nil, limit: 10)
        try index.announce(EntrySelection(), at: time(6000))
        _ = try index.commit(put("b", created: 7000, removalsSeen: try index.removals()))
        let removal = EntryRemoval(keys: page.map(\.record.key), time: time(6000), announced: page.map(\.seal))
        try expect(Set(try index.remove(removal).removed) == [key("a"), key("c")])
        try expect(try index.removals() == 1)
        try expect(try index.totals().entries == 1)
        try expect(
          removal[1..<3]
            == EntryRemoval(keys: Array(removal.keys[1...]), time: time(6000), announced: Array(page.map(\.seal)[1...]))
        )
      }
    },
  ]
}

private let committed = "committed, 0 surplus, 0 condemned"
private let leaf = KeyDocument.Leaf(name: "depth=\"7\"", digest: digest("seven"))

/// A commit with a document, as calls have it.
private func put(
  _ name: String, function: String = "train/fold", tags: [String] = ["a", "b"],
  arguments: [KeyDocument.Leaf] = [leaf],
  created: Int64 = 5000, removalsSeen: Int64? = nil
) throws -> EntryCommit {
  var commit = EntryCommit.put(name, .inline(name), function: function, created: created, removalsSeen: removalsSeen)
  let document = try KeyDocument(
    namespace: "n", function: function, version: "1", arguments: arguments, environment: [])
  commit.entry.document = document.cbor
  commit.entry.tags = tags
  commit.seal = sealer.seal(commit.entry)
  return commit
}

private func selection(_ change: (inout EntrySelection) throws -> Void) rethrows -> EntrySelection {
  var selection = EntrySelection()
  try change(&selection)
  return selection
}

/// Selections, and whether they mean the sample.
private let cases: [(name: String, selection: EntrySelection, isMeant: Bool)] = [
  ("everything", EntrySelection(), true),
  ("its namespace", selection { $0.namespace = "n" }, true),
  ("another namespace", selection { $0.namespace = "" }, false),
  ("its function", selection { $0.function = Glob("train/*") }, true),
  ("another function", selection { $0.function = Glob("train") }, false),
  ("its tags", selection { $0.tags = ["b", "a"] }, true),
  ("one tag more", selection { $0.tags = ["a", "c\u{1}\"="] }, false),
  ("its argument", selection { $0.arguments = [leaf] }, true),
  ("another value", selection { $0.arguments = [.init(name: leaf.name, digest: digest("eight"))] }, false),
  (
    "all together",
    selection {
      $0.namespace = "n"
      $0.function = Glob("[s-u]rain?fold")
      $0.tags = ["a"]
      $0.arguments = [leaf]
    }, true
  ),
]
