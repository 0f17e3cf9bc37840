package import Larder
internal import LarderIndex
package import LarderSystem

/// What a monitor wants to hear of; sizes in bytes, durations in nanoseconds.
package struct HealthThresholds: Hashable, Sendable {
  /// The most that the cache may hold, in percent of its limit.
  package var fill: Int64 = 110
  package var free: Int64 = 1 << 30
  /// How long ago the oldest part may have been verified.
  package var verified: Int64 = 30 * 86_400_000_000_000
  package var damaged: Int64 = 10
  package var failures: Int64 = 10
  package var residue: Int64 = 1 << 30

  package init() {}
}

/// What one look at a cache says.
package struct HealthCheck: Hashable, Sendable {
  package enum Name: String, Sendable, CaseIterable { case index, size, disk, verified, damage, failures, residue }

  package enum State: String, Sendable, Comparable, CaseIterable {
    case ok, warn, fail

    package static func < (left: State, right: State) -> Bool { left.rank < right.rank }

    private var rank: Int { self == .ok ? 0 : self == .warn ? 1 : 2 }
  }

  package let name: Name
  package let state: State
  /// What was measured; nil where there is nothing to measure.
  package let value: Int64?
  /// From where on it is a failure, in the same unit; nil where nothing is.
  package let threshold: Int64?
  /// For people: what is, and what to do where it is not as it should be.
  package let words: String

  package init(_ name: Name, _ state: State, value: Int64? = nil, threshold: Int64? = nil, _ words: String) {
    self.name = name
    self.state = state
    self.value = value
    self.threshold = threshold
    self.words = words
  }
}

extension HealthThresholds {
  /// Judges what was found. Nothing here looks at a disk.
  package func checks(_ facts: HealthFacts, now: Timestamp) -> [HealthCheck] {
    [
      index(facts), size(facts), disk(facts), verified(facts.verification, now), damage(facts), failures(facts),
      residue(facts),
    ]
  }

  private func index(_ facts: HealthFacts) -> HealthCheck {
    let count = Int64(facts.faults.count)
    guard let first = facts.faults.first else {
      return HealthCheck(
        .index, .ok, value: 0, threshold: 0, "opens, and its quick check finds nothing")
    }
    let more = count > 1 ? " and \(HumanText.grouped(count - 1)) more" : ""
    return HealthCheck(
      .index, .fail, value: count, threshold: 0, "\(first)\(more). Mend it with: larder verify --repair")
  }

  private func size(_ facts: HealthFacts) -> HealthCheck {
    let held = HumanText.size(facts.totals.storedBytes)
    guard let limit = facts.limit else { return HealthCheck(.size, .ok, "\(held), no limit") }
    let percent = limit > 0 ? Int64(min(Double(facts.totals.storedBytes) / Double(limit) * 100, 1e15)) : 100
    let words = "\(held) of \(HumanText.size(limit)), \(HumanText.grouped(percent)) %"
    // Eviction begins when the limit is passed by a little.
    let state: HealthCheck.State = percent > fill ? .fail : percent > 102 ? .warn : .ok
    return HealthCheck(
      .size, state, value: percent, threshold: fill,
      state == .ok ? words : "\(words). The next put evicts; where none comes, larder clear makes room")
  }

  private func disk(_ facts: HealthFacts) -> HealthCheck {
    let words = "\(HumanText.size(facts.freeBytes)) free"
    let (twice, overflow) = free.multipliedReportingOverflow(by: 2)
    let state: HealthCheck.State =
      facts.freeBytes < free ? .fail : overflow || facts.freeBytes < twice ? .warn : .ok
    return HealthCheck(
      .disk, state, value: facts.freeBytes, threshold: free,
      state == .ok ? words : "\(words). Make room on the disk, or give the cache a lower limit")
  }

  private func verified(_ verification: Verification, _ now: Timestamp) -> HealthCheck {
    let advice = "larder verify --max-duration 10m goes on with it"
    guard let oldest = verification.oldest else {
      return HealthCheck(.verified, .warn, threshold: seconds(verified), "never. \(advice)")
    }
    let age = now.seconds(since: oldest)
    let isWhole = verification.portions == Verification.allPortions
    let limit = Double(verified) / 1e9
    let state: HealthCheck.State = age > 2 * limit ? .fail : age > limit || !isWhole ? .warn : .ok
    let words = verification.sentence(now: now)
    return HealthCheck(
      .verified, state, value: Int64(min(age, 9e15)), threshold: seconds(verified),
      state == .ok ? words : "\(words). \(advice)")
  }

  private func seconds(_ nanoseconds: Int64) -> Int64 { nanoseconds / 1_000_000_000 }

  private func damage(_ facts: HealthFacts) -> HealthCheck {
    counted(
      .damage, facts.damagedMisses, damaged,
      "\(HumanText.count(facts.damagedMisses, "miss", "misses")) because of damaged or missing blobs",
      "Look at it with: larder verify")
  }

  private func failures(_ facts: HealthFacts) -> HealthCheck {
    counted(
      .failures, facts.failures, failures,
      "\(HumanText.count(facts.failures, "failure", "failures")) kept from jobs",
      "The warnings of the jobs say which")
  }

  private func counted(
    _ name: HealthCheck.Name, _ count: Int64, _ threshold: Int64, _ words: String, _ advice: String
  ) -> HealthCheck {
    let state: HealthCheck.State = count > threshold ? .fail : count > 0 ? .warn : .ok
    return HealthCheck(
      name, state, value: count, threshold: threshold, state == .ok ? words : "\(words). \(advice)")
  }

  private func residue(_ facts: HealthFacts) -> HealthCheck {
    let (sum, overflow) = facts.quarantinedBytes.addingReportingOverflow(facts.stagedBytes)
    let bytes = overflow ? .max : sum
    let words =
      "\(HumanText.size(facts.quarantinedBytes)) in quarantine, \(HumanText.size(facts.stagedBytes)) being written or left"
    let state: HealthCheck.State = bytes > residue ? .fail : bytes > residue / 2 ? .warn : .ok
    return HealthCheck(
      .residue, state, value: bytes, threshold: residue,
      state == .ok
        ? words : "\(words). Look into the quarantine and empty it; larder verify --repair takes away what is left")
  }
}
