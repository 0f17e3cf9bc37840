import Foundation
import Larder
import LarderCrypto

/// `laboratory inspect SITE NAME ...`: what a later process finds in SITE/cache, as one line of JSON. `found` has the
/// SHA-256 of each artifact that is served, or of each of its files; `violation` says which promise was not kept.
enum InspectExperiment {
  private struct Answer: Encodable {
    var found: [String: [String: String]] = [:]
    var violation: String?
  }

  static func run(_ arguments: [String]) throws {
    guard let root = arguments.first else { throw Child.Failure("usage: laboratory inspect SITE NAME ...") }
    let inspection = Inspection(site: Site(root: root), names: Array(arguments.dropFirst()))
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
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(answer), as: UTF8.self))
  }
}
