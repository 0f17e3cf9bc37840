import Foundation
import Larder
import LarderCrypto

/// `laboratory inspect`: reads lines of SITE and NAMES, separated by tabs, and answers each with a line of JSON: what a
/// later process finds in SITE/cache. `found` has the SHA-256 of each artifact that is served, or of each of its files;
/// `evicted` names those that made room for others; `violation` says which promise was not kept.
enum InspectExperiment {
  private struct Answer: Encodable {
    var found: [String: [String: String]] = [:]
    /// What is remembered as evicted.
    var evicted: [String] = []
    var violation: String?
  }

  static func run(_ arguments: [String]) throws {
    try warmUp()
    while let line = readLine() {
      let words = line.split(separator: "\t").map(String.init)
      guard let root = words.first else { throw Child.Failure("a line without a site") }
      // A process for each: what one leaves open or locked must not be the next one's.
      let child = try Child.run { say in say(try answer(Inspection(site: Site(root: root), names: Array(words[1...]))))
      }
      let failure = "{\"evicted\":[],\"found\":{},\"violation\":\"L1: a later process died by signal \(child.signal)\"}"
      FileHandle.standardOutput.write(Data(((child.said.first { $0.hasPrefix("{") } ?? failure) + "\n").utf8))
    }
  }

  /// Looks at a cache once without a child: what the children inherit is then warm, and they take half the time.
  private static func warmUp() throws {
    let site = Site(root: NSTemporaryDirectory() + "/larder-inspect-\(getpid())")
    defer { try? FileManager.default.removeItem(atPath: site.root) }
    try StruckOperation.standard(site)
    _ = try answer(Inspection(site: site, names: StruckOperation.artifacts.keys.sorted()))
  }

  private static func answer(_ inspection: Inspection) throws -> String {
    var answer = Answer()
    do {
      let store = try inspection.opened()
      let contents = try inspection.contents(store)
      for (name, artifact) in contents {
        switch artifact {
        case .bytes(let bytes): answer.found[name] = ["": SHA256.hash(bytes).hex]
        case .tree(let files): answer.found[name] = files.mapValues { SHA256.hash($0).hex }
        }
      }
      answer.evicted = try inspection.evicted(store).sorted()
      try inspection.probe(store)
      store.endSession()
      try inspection.sweep(contents)
    } catch { answer.violation = "\(error)" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(answer), as: UTF8.self)
  }
}
