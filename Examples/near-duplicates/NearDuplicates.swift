import Foundation
import Larder

/// The command line: `near-duplicates [DIRECTORY] [options]`.
@main
struct NearDuplicates {
  private static let usage = """
    Finds files that are nearly the same, and shows how they differ.

    Usage: near-duplicates [DIRECTORY] [options]

      DIRECTORY         where to look (default: the headers of the Swift toolchain)
      --suffix TEXT     only files whose name ends so; may be repeated
      --cache DIR       the cache (default: near-duplicates.larder)
      --report FILE     the report (default: near-duplicates.html)
      --summary FILE    also write the numbers of this pass there, one "name value" a line
      --workers COUNT   how many files at a time (default: one for each processor)

    """

  static func main() async {
    do {
      let options = try Options(CommandLine.arguments.dropFirst())
      guard !options.wantsHelp else { return print(usage, terminator: "") }
      try await run(options)
    } catch {
      Progress.write("near-duplicates: \(error)\n")
      exit(1)
    }
  }

  private static func run(_ options: Options) async throws {
    let root = try options.directory ?? Toolchain.root()
    let suffixes = options.directory == nil && options.suffixes.isEmpty ? [".h"] : options.suffixes
    let started = ContinuousClock.now
    let tree = try FileTree(root: URL(fileURLWithPath: root).standardizedFileURL.path, suffixes: suffixes)
    let pipeline = Pipeline(
      cache: try ArtifactCache(at: options.cache), tree: tree, workers: Workers(count: options.workers))
    let outcome = try await pipeline.run(report: options.report)
    let summary = Summary(outcome: outcome, duration: started.duration(to: .now), report: options.report)
    print(summary.text, terminator: "")
    if let path = options.summary { try summary.record.write(toFile: path, atomically: true, encoding: .utf8) }
  }
}

/// The words of the command line, told apart.
struct Options: Equatable {
  var directory: String?
  var suffixes: [String] = []
  var cache = "near-duplicates.larder"
  var report = "near-duplicates.html"
  var summary: String?
  var workers = ProcessInfo.processInfo.activeProcessorCount
  var wantsHelp = false

  /// - Throws: `PipelineError` that names the word which is not understood.
  init(_ words: some Sequence<String>) throws {
    var words = words.makeIterator()
    func value(of option: String) throws -> String {
      guard let value = words.next() else {
        throw PipelineError("\(option) needs a value. See near-duplicates --help.")
      }
      return value
    }
    while let word = words.next() {
      switch word {
      case "--cache": cache = try value(of: word)
      case "--report": report = try value(of: word)
      case "--summary": summary = try value(of: word)
      case "--suffix": suffixes.append(try value(of: word))
      case "--workers":
        let text = try value(of: word)
        guard let count = Int(text), count > 0 else {
          throw PipelineError("--workers needs a number above zero, and '\(text)' is none.")
        }
        workers = count
      case "-h", "--help": wantsHelp = true
      case _ where word.hasPrefix("-"):
        throw PipelineError("There is no option '\(word)'. See near-duplicates --help.")
      case _ where directory != nil:
        throw PipelineError("One directory at a time: '\(word)' is the second.")
      default: directory = word
      }
    }
  }
}

/// What is told at the end of a pass.
struct Summary {
  let outcome: Pipeline.Outcome
  let duration: Duration
  let report: String

  var text: String {
    let findings = outcome.findings
    return """
      \(findings.fileCount) files, \(findings.duplicates.count) groups of exact duplicates, \
      \(findings.matches.count) near-duplicate pairs
      \(outcome.steps.reduce(0) { $0 + $1.computed }) results computed, \
      \(outcome.steps.reduce(0) { $0 + $1.fromCache }) from the cache, \(duration.inSeconds) s
      Report: \(report)

      """
  }

  /// For programs: one name and one value a line.
  var record: String {
    let findings = outcome.findings
    var lines = [
      "files \(findings.fileCount)", "duplicate-groups \(findings.duplicates.count)",
      "near-duplicate-pairs \(findings.matches.count)", "seconds \(duration.inSeconds)",
      "computed \(outcome.steps.reduce(0) { $0 + $1.computed })",
      "from-cache \(outcome.steps.reduce(0) { $0 + $1.fromCache })",
    ]
    for step in outcome.steps {
      lines += ["\(step.name)-computed \(step.computed)", "\(step.name)-from-cache \(step.fromCache)"]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
