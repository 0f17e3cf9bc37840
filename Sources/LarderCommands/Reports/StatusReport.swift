internal import Larder
internal import LarderIndex
internal import LarderSystem

/// What a cache holds and saved, on one screen.
struct StatusReport {
  private let status: CacheStatus
  private let directory: String
  private let index: String
  private let now: Timestamp

  init(_ status: CacheStatus, directory: String, index: String, now: Timestamp) {
    self.status = status
    self.directory = directory
    self.index = index
    self.now = now
  }
}

// For people

extension StatusReport {
  /// The screen; tables fit the columns of the terminal, and nothing is cut where there is none.
  func lines(width: Int?) -> [String] {
    let activity = status.activity
    var lines = ["Saved \(time(activity.saved)) of computing in '\(directory)' (\(index))\(period)"]
    var facts = TextTable([.left, .left])
    facts.add(["hits", hits])
    facts.add(["misses", misses])
    facts.add(["size", size])
    facts.add(["holds", holds])
    facts.add(["puts", puts])
    facts.add(["verified", status.verification.sentence(now: now)])
    if activity.failures > 0 {
      facts.add(["failures", "\(HumanText.grouped(activity.failures)) of the cache were kept from jobs"])
    }
    if activity.changedInputs > 0 {
      facts.add([
        "changed",
        "\(HumanText.count(activity.changedInputs, "result", "results")) not stored: inputs changed meanwhile",
      ])
    }
    lines += facts.lines(indent: 2)
    lines += section("Best: functions that saved most", status.best(3), width)
    lines += section("Worst: functions that miss more than they hit", status.worst(3), width)
    return lines
  }

  private var period: String { status.since.map { ", since \($0.minute) UTC" } ?? "" }

  private var hits: String {
    let activity = status.activity
    guard let ratio = activity.hitRatio else { return "none yet: nothing was looked up" }
    return "\(HumanText.grouped(activity.hits)) of \(HumanText.count(activity.lookups, "lookup", "lookups")), "
      + percent(ratio)
  }

  private var misses: String {
    let reasons = byReason.map { "\(HumanText.grouped($0.count)) \($0.name)" }.joined(separator: ", ")
    return HumanText.grouped(status.activity.missCount) + (reasons.isEmpty ? "" : ": " + reasons)
  }

  private var size: String {
    let totals = status.totals
    let limit = status.limit.map { limit in
      " of \(HumanText.size(limit)), " + percent(limit > 0 ? Double(totals.storedBytes) / Double(limit) : 1)
    }
    return HumanText.size(totals.storedBytes) + (limit ?? ", no limit")
      + (totals.contentBytes == totals.storedBytes ? "" : ", \(HumanText.size(totals.contentBytes)) before encoding")
  }

  private var holds: String {
    "\(HumanText.count(status.totals.entries, "entry", "entries")), \(HumanText.count(status.totals.blobs, "blob", "blobs"))"
  }

  private var puts: String {
    let activity = status.activity
    if activity.puts == 0 { return "none" }
    return
      "\(HumanText.grouped(activity.puts)), \(HumanText.size(activity.bytesWritten)) that took \(time(activity.computed))"
  }

  private func section(_ title: String, _ functions: [CacheStatus.Function], _ width: Int?) -> [String] {
    if functions.isEmpty { return [] }
    var table = TextTable([.left, .left, .left, .left], elastic: 0)
    for function in functions {
      let activity = function.activity
      table.add([
        (function.name.isEmpty ? "–" : function.name) + (function.namespace.isEmpty ? "" : " in \(function.namespace)"),
        "saved \(time(activity.saved))", HumanText.count(activity.hits, "hit", "hits"),
        HumanText.count(activity.missCount, "miss", "misses"),
      ])
    }
    return [title] + table.lines(indent: 2, width: width)
  }

  private func time(_ nanoseconds: Int64) -> String { HumanText.duration(seconds: Double(nanoseconds) / 1e9) }

  private func percent(_ ratio: Double) -> String {
    let tenths = Int64((min(ratio, 1e12) * 1000).rounded())
    return "\(HumanText.grouped(tenths / 10)).\(tenths % 10) %"
  }
}

// For machines

extension StatusReport {
  var json: [(String, JSONText.Value)] {
    let (activity, totals) = (status.activity, status.totals)
    return [
      ("schema", .string("larder.status/1")), ("saved_seconds", seconds(activity.saved)), ("dir", .string(directory)),
      ("index", .string(index + ":")), ("since", .optional(status.since) { .string($0.rfc3339) }),
      ("hits", .integer(activity.hits)), ("misses", .integer(activity.missCount)),
      ("hit_ratio", .optional(activity.hitRatio) { .double($0) }),
      ("misses_by_reason", .object(byReason.map { ($0.name, .integer($0.count)) })),
      ("puts", .integer(activity.puts)), ("computed_seconds", seconds(activity.computed)),
      ("bytes_read", .integer(activity.bytesRead)), ("bytes_written", .integer(activity.bytesWritten)),
      ("failures", .integer(activity.failures)), ("changed_inputs", .integer(activity.changedInputs)),
      ("entries", .integer(totals.entries)), ("blobs", .integer(totals.blobs)),
      ("content_bytes", .integer(totals.contentBytes)), ("stored_bytes", .integer(totals.storedBytes)),
      ("max_bytes", .optional(status.limit) { .integer($0) }),
      ("verified_ratio", .double(status.verification.ratio)),
      ("verified_oldest", .optional(status.verification.oldest) { .string($0.rfc3339) }),
      ("verified_newest", .optional(status.verification.newest) { .string($0.rfc3339) }),
      ("functions", .array(status.functions.map(json))), ("best", .array(status.best(3).map(json))),
      ("worst", .array(status.worst(3).map(json))),
    ]
  }

  private func json(_ function: CacheStatus.Function) -> JSONText.Value {
    .object([
      ("namespace", .string(function.namespace)), ("function", .string(function.name)),
      ("saved_seconds", seconds(function.activity.saved)), ("hits", .integer(function.activity.hits)),
      ("misses", .integer(function.activity.missCount)), ("puts", .integer(function.activity.puts)),
      ("computed_seconds", seconds(function.activity.computed)),
    ])
  }

  private func seconds(_ nanoseconds: Int64) -> JSONText.Value { .double(Double(nanoseconds) / 1e9) }

  /// The most frequent first.
  private var byReason: [(name: String, count: Int64)] {
    status.activity.misses.map { (name: $0.rawValue, count: $1) }.sorted {
      $0.count != $1.count ? $0.count > $1.count : $0.name < $1.name
    }
  }
}
