import Larder
import LarderBlobs
import LarderFormat
import LarderIndex
import LarderSystem

/// A process that sweeps the cache again and again, deleting, and writes down what it found.
struct StormSweeper {
  private let settings: Storm.Settings
  private let stop: String
  private let deadline: UInt64
  private let rounds: Int
  private let jobs: Int
  private let isNaive: Bool
  private let options: CacheOptions

  init(_ settings: Storm.Settings) throws {
    self.settings = settings
    stop = try settings.text("stop")
    deadline = try settings.number("deadline")
    rounds = try settings.number("rounds")
    jobs = try settings.number("jobs")
    isNaive = try settings.text("kind") == "naive"
    var options = CacheOptions()
    options.environment = [:]
    options.failures = .strict
    options.clock = Storm.clock(from: try settings.number("epoch"))
    options.wait = .seconds(60)
    self.options = options
  }

  func run() throws {
    var history = try StormHistory(
      at: "\(settings.text("histories"))/\(settings.text("slot")).\(settings.text("generation")).log")
    for number in 0..<rounds {
      if Storm.isOver(stop, deadline: deadline) { return }
      try history.begin(number, "sweep")
      // A quick sweep reads no file and writes nothing into the index: it is the one that comes round often.
      let outcome = try sweep(quick: rounds > 1 && number.isMultiple(of: 2))
      history.end(number, at: Clock.system.uptime(), outcome)
      try history.flush()
    }
  }

  private func sweep(quick: Bool) throws -> String {
    let path = try settings.text("cache")
    let store = try ArtifactStore(at: path, options: options)
    if isNaive { return "naive \(try NaiveSweep(store, at: path).run())" }
    var options = SweepOptions()
    options.repair = .delete
    options.jobs = jobs
    options.quick = quick
    let report: SweepReport
    do { report = try store.sweep(options) } catch {
      return "failed \(error.code.rawValue) \(error.message.replacing("\n", with: " "))"
    }
    let problems = report.problems.prefix(20).map { problem in
      "\(problem.kind)|\(problem.path ?? problem.blob ?? "-")|\(problem.action)|\(problem.detail)"
    }
    return
      "swept inFlight=\(report.inFlight) remaining=\(report.remaining) complete=\(report.isComplete) "
      + SweepReport.Kind.allCases.map { "\($0)=\(report.count($0))" }.joined(separator: " ")
      + " :: " + problems.joined(separator: " ;; ").replacing("\n", with: " ")
  }
}

/// The sweep that everybody writes first: it lists the files, removes those without a row, and asks nobody whether they
/// are being stored at the moment. A storm has to find out what it does.
struct NaiveSweep {
  private let store: ArtifactStore
  private let tree: BlobTree

  init(_ store: ArtifactStore, at path: String) throws {
    self.store = store
    tree = try BlobTree(in: Descriptor(directory: path))
  }

  func run() throws -> Int {
    var removed = 0
    for shard in BlobTree.shards {
      for file in try tree.files(inShard: shard) {
        guard let name = file.blob else { continue }
        if try store.index.liveBlob(name.contentDigest, domain: "")?.record.name == name { continue }
        if try tree.remove(name) { removed += 1 }
      }
    }
    return removed
  }
}
