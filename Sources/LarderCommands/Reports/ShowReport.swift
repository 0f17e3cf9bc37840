internal import Larder
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// One entry whole.
struct ShowReport {
  private let inspection: EntryInspection
  private let call: RecordedCall
  private let now: Timestamp

  init(_ inspection: EntryInspection, now: Timestamp) {
    self.inspection = inspection
    call = RecordedCall(inspection.entry.record)
    self.now = now
  }

  private var entry: StoredEntry { inspection.entry }
  private var record: EntryRecord { inspection.entry.record }
}

// For people

extension ShowReport {
  /// Files of a tree that are named without `--verbose`.
  private static let filesNamed = 10

  func lines(verbose: Bool) -> [String] {
    var facts = TextTable([.left, .left])
    var lastTitle = ""
    func add(_ title: String, _ text: String) {
      facts.add([title == lastTitle ? "" : title, text])
      lastTitle = title
    }
    add("function", name)
    for part in call.arguments { add("arguments", part.line) }
    for part in call.environment { add("environment", part.line) }
    if !record.tags.isEmpty { add("tags", record.tags.map { "#" + $0 }.joined(separator: " ")) }
    add("content", "\(HumanText.size(record.size)), \(record.representation)")
    add("digest", record.contentDigest.hex)
    for line in blob { add("blob", line) }
    for line in files(verbose) { add("files", line) }
    add("cost", record.cost == 0 ? "not measured" : "\(seconds(record.cost)), saved by each use")
    add(
      "created", "\(record.created.minute) UTC, \(HumanText.duration(seconds: now.seconds(since: record.created))) ago")
    add("uses", "\(HumanText.grouped(entry.use.uses)), the last \(entry.use.last.minute) UTC")
    for line in retention { add("kept", line) }
    add("seal", seal)
    add("lookup", inspection.obstacle.map { "a miss (\($0)): \($0.sentence)" } ?? "can be served")
    return [record.key.description] + facts.lines(indent: 2)
  }

  private var name: String {
    var name = record.function.isEmpty ? "none: it was put under a bare key" : record.function
    if !record.version.isEmpty { name += "@" + record.version }
    if !record.namespace.isEmpty { name += " in " + record.namespace }
    return name
  }

  private var blob: [String] {
    guard let blob = entry.blob else { return ["its row in the index is gone"] }
    let form = blob.record.form
    let place = inspection.path.map { "in '\($0)'" } ?? "in the index"
    return ["\(HumanText.size(form.storedSize)) stored as \(form.encoding.rawValue), \(place)"]
  }

  private func files(_ verbose: Bool) -> [String] {
    switch inspection.tree {
    case nil: return []
    case .unreadable(let reason): return ["not known: \(reason)"]
    case .manifest(let manifest, let blobs):
      let isThere = Set(blobs.keys)
      return names(
        of: manifest.items, atMost: verbose ? .max : Self.filesNamed, isThere, count: manifest.fileDigests.count)
    }
  }

  private func names(
    of items: [TreeManifest.Item], atMost most: Int, _ isThere: Set<Digest>, count: Int
  ) -> [String] {
    let head = "\(HumanText.count(Int64(count), "file", "files")), \(HumanText.size(record.size))"
    let more = items.count - min(items.count, most)
    let tail = more > 0 ? ["… and \(HumanText.grouped(Int64(more))) more: --verbose names them"] : []
    return [head] + items.prefix(most).map { line($0, isThere) } + tail
  }

  private func line(_ item: TreeManifest.Item, _ isThere: Set<Digest>) -> String {
    var line = item.pathText + item.kind.words
    if let digest = item.digest, !isThere.contains(digest) { line += ", whose blob is gone" }
    return line
  }

  private var retention: [String] {
    var lines: [String] = []
    if let expires = record.notAfter { lines.append(until(expires, "served until", "was served until")) }
    if let idle = record.idle {
      lines.append("for \(seconds(idle)) after each use")
    }
    if let pinned = entry.use.pinnedUntil, pinned > now { lines.append("not evicted before \(pinned.minute) UTC") }
    let score = Int64(min(max(entry.use.score, 0), 9e18).rounded())
    lines.append("until it is evicted; what has the lowest score goes first, and this has \(HumanText.grouped(score))")
    return lines
  }

  private func until(_ time: Timestamp, _ ahead: String, _ past: String) -> String {
    time > now
      ? "\(ahead) \(time.minute) UTC, for \(HumanText.duration(seconds: time.seconds(since: now)))"
      : "\(past) \(time.minute) UTC"
  }

  private var seal: String {
    let state = inspection.isSealed ? "holds" : "does not fit: larder verify says what to do"
    return entry.seal.keyID.isEmpty ? "\(state), without a signature" : "\(state), by the key \(entry.seal.keyID)"
  }

  private func seconds(_ nanoseconds: Int64) -> String { HumanText.duration(seconds: Double(nanoseconds) / 1e9) }
}

extension TreeManifest.Item {
  /// Paths are bytes; what is no text in them is shown as such.
  var pathText: String { String(decoding: path, as: UTF8.self) }

  var digest: Digest? { if case .file(let digest, _, _) = kind { digest } else { nil } }
}

extension TreeManifest.Item.Kind {
  /// What follows the path, for people.
  var words: String {
    switch self {
    case .directory: "/"
    case .link(let target): " → \(String(decoding: target, as: UTF8.self))"
    case .file(_, let size, let isExecutable): " \(HumanText.size(size))\(isExecutable ? ", executable" : "")"
    }
  }

  var json: [(String, JSONText.Value)] {
    switch self {
    case .directory: [("kind", .string("directory"))]
    case .link(let target): [("kind", .string("link")), ("target", .string(String(decoding: target, as: UTF8.self)))]
    case .file(let digest, let size, let isExecutable):
      [
        ("kind", .string("file")), ("digest", .string(digest.hex)), ("size", .integer(size)),
        ("executable", .bool(isExecutable)),
      ]
    }
  }
}

// For machines

extension ShowReport {
  var json: [(String, JSONText.Value)] {
    [("schema", .string("larder.show/1"))] + EntryLine(entry: entry, now: now).members + [
      ("arguments", .array(call.arguments.map(\.json))), ("environment", .array(call.environment.map(\.json))),
      ("content_digest", .string(record.contentDigest.hex)), ("blob", .optional(entry.blob, blobJSON)),
      ("files", filesJSON), ("idle_seconds", .optional(record.idle) { .double(Double($0) / 1e9) }),
      ("pinned_until", .optional(entry.use.pinnedUntil) { .string($0.rfc3339) }),
      (
        "seal",
        .object([
          ("digest", .string(entry.seal.digest.hex)), ("key", .string(entry.seal.keyID)),
          ("holds", .bool(inspection.isSealed)),
        ])
      ), ("hit", .bool(inspection.obstacle == nil)),
      ("reason", .optional(inspection.obstacle) { .string($0.rawValue) }),
    ]
  }

  private func blobJSON(_ blob: StoredBlob) -> JSONText.Value {
    let form = blob.record.form
    return .object([
      ("digest", .string(form.contentDigest.hex)), ("size", .integer(form.contentSize)),
      ("encoding", .string(form.encoding.rawValue)), ("stored_digest", .string(form.storedDigest.hex)),
      ("stored_size", .integer(form.storedSize)), ("durable", .bool(blob.record.durable)),
    ])
  }

  private var filesJSON: JSONText.Value {
    guard case .manifest(let manifest, let blobs) = inspection.tree else { return .null }
    return .array(
      manifest.items.map { item in
        var members = [("path", JSONText.Value.string(item.pathText))] + item.kind.json
        if let digest = item.digest {
          members.append(("stored_size", .optional(blobs[digest]) { .integer($0.record.form.storedSize) }))
        }
        return .object(members)
      })
  }
}
