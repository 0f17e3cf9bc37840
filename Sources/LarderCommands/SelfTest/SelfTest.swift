internal import Larder
internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// Tries out, in a cache of its own, what Larder relies on: what is put can be got, a put that is killed leaves nothing that
/// is served, and a repair takes away what it left.
struct SelfTest {
  /// What was tried, how long it took, and what came of it.
  struct Step {
    enum Name: String, CaseIterable { case put, get, die, verify }

    let name: Name
    let seconds: Double
    let isPassed: Bool
    /// For people.
    let words: String
  }

  struct Outcome {
    let directory: String
    private(set) var steps: [Step] = []
    var facts: DirectoryFacts?

    init(directory: String) { self.directory = directory }

    mutating func add(_ step: Step) { steps.append(step) }

    var isPassed: Bool { steps.count == Step.Name.allCases.count && steps.allSatisfy(\.isPassed) }
  }

  /// Why a step did not go as it has to.
  struct Failure: Error { let words: String }

  let context: Context
  let directory: String

  /// Goes on to the first step that fails: the next ones stand on it.
  func run() -> Outcome {
    var outcome = Outcome(directory: directory)
    for name in Step.Name.allCases {
      let start = context.clock.uptime()
      let result: Result<String, any Error> = Result {
        switch name {
        case .put: try put()
        case .get: try get()
        case .die: try die()
        case .verify: try verify(&outcome)
        }
      }
      let seconds = Double(context.clock.uptime() - start) / 1e9
      switch result {
      case .success(let words):
        outcome.add(Step(name: name, seconds: seconds, isPassed: true, words: words))
      case .failure(let error):
        let words = (error as? Failure)?.words ?? CommandError(error).message
        outcome.add(Step(name: name, seconds: seconds, isPassed: false, words: words))
        return outcome
      }
    }
    return outcome
  }

  // Steps

  /// One that lies in the index, one that can be compressed, and one that cannot.
  private static let artifacts: [(key: ArtifactKey, content: [UInt8])] = [
    (key(1), noise(100, seed: 1)), (key(2), Array(repeating: 0x61, count: 200_000)),
    (key(3), noise(1 << 20, seed: 3)),
  ]

  private func put() throws -> String {
    try withStore { store in
      for (key, content) in Self.artifacts {
        let outcome = try content.withUnsafeBytes {
          try store.put($0, EntryDraft(key: key, representation: Representation.data))
        }
        guard case .stored = outcome else { throw Failure(words: "an artifact was not stored") }
      }
    }
    let bytes = Self.artifacts.reduce(0) { $0 + $1.content.count }
    return "\(Self.artifacts.count) artifacts, \(HumanText.size(Int64(bytes))), durably"
  }

  private func get() throws -> String {
    try withStore { store in try checkArtifacts(store) }
    return "the same bytes, from a cache that was opened anew"
  }

  private func checkArtifacts(_ store: ArtifactStore) throws {
    for (key, content) in Self.artifacts {
      switch try store.bytes(for: key, CallName(), as: [UInt8].self) {
      case .hit(_, let found): if found != content { throw Failure(words: "what came back are other bytes") }
      case .miss(let miss): throw Failure(words: "what was put is a miss (\(miss.reason)): \(miss.reason.sentence)")
      }
    }
  }

  private static let victim = key(4)

  private func die() throws -> String {
    guard let program = context.program else { throw Failure(words: "the path of this program is not known") }
    var child = try FedProcess(
      program, ["put", Self.victim.description, "--dir", directory], environment: environment)
    let content = Self.noise(4 << 20, seed: 4)
    do { try child.write(content) } catch {
      throw Failure(words: "the program ended before it was killed: \(error.reason)")
    }
    guard child.kill() else { throw Failure(words: "the program ended before it was killed") }
    try withStore { store in
      if case .hit = try store.entry(for: Self.victim, CallName()) {
        throw Failure(words: "a put that was killed left an artifact")
      }
      try checkArtifacts(store)
    }
    return "a put killed after \(HumanText.size(Int64(content.count))) left no artifact, and the others whole"
  }

  private func verify(_ outcome: inout Outcome) throws -> String {
    try withStore { store in
      var options = SweepOptions()
      options.repair = .delete
      let found = try store.sweep(options)
      let again = try store.sweep(SweepOptions())
      guard again.isClean else { throw Failure(words: "a repair left \(again.problems.first?.detail ?? "problems")") }
      try checkArtifacts(store)
      outcome.facts = store.directoryFacts(trying: true)
      let count = found.counts.values.reduce(0, +)
      return count == 0
        ? "nothing was left to repair" : "\(HumanText.count(count, "thing", "things")) left by the kill, all mended"
    }
  }

  // Means

  private func withStore<Result>(_ body: (ArtifactStore) throws -> Result) throws -> Result {
    var options = CacheOptions()
    options.environment = environment
    options.failures = .strict
    options.durability = .durable
    options.clock = context.clock
    let store = try ArtifactStore(at: directory, options: options)
    defer { store.endSession() }
    return try body(store)
  }

  /// Without Larder's own variables, but for the one that lets a cache be on a network: they are about another cache.
  private var environment: [String: String] {
    context.environment.filter { !$0.key.hasPrefix("LARDER_") || $0.key == "LARDER_NETWORK" }
  }

  private static func key(_ number: UInt8) -> ArtifactKey { ArtifactKey(SHA256.hash([number])) }

  /// Bytes that cannot be compressed: xorshift64 of G. Marsaglia, "Xorshift RNGs", 2003.
  private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      withUnsafeBytes(of: state) { bytes.append(contentsOf: $0) }
    }
    return Array(bytes.prefix(count))
  }
}
