import Foundation
import Larder
import LarderCrypto

/// `laboratory inspect`: reads lines of SITE and NAMES, separated by tabs, and answers each with a line of JSON: what a
/// later process finds in SITE/cache. `found` has the SHA-256 of each artifact that is served, or of each of its files;
/// `violation` says which promise was not kept.
enum InspectExperiment {
  private struct Answer: Encodable {
    var found: [String: [String: String]] = [:]
    var violation: String?
  }

  static func run(_ arguments: [String]) throws {
    while let line = readLine() {
      let words = line.split(separator: "\t").map(String.init)
      guard let root = words.first else { throw Child.Failure("a line without a site") }
      // A process for each: what one leaves open or locked must not be the next one's.
      let child = try Child.run { say in say(try answer(Inspection(site: Site(root: root), names: Array(words[1...]))))
      }
      let failure = "{\"found\":{},\"violation\":\"L1: a later process died by signal \(child.signal)\"}"
      FileHandle.standardOutput.write(Data(((child.said.first { $0.hasPrefix("{") } ?? failure) + "\n").utf8))
    }
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
      try inspection.probe(store)
      store.endSession()
      try inspection.sweep(contents)
    } catch { answer.violation = "\(error)" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(answer), as: UTF8.self)
  }
}
