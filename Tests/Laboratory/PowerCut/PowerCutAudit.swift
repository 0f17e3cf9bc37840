import Foundation
import Larder
import LarderSystem

/// Compares caches after power cuts with what may be in them; one process for any number of states.
///
/// Reads `audit DIRECTORY SCRATCH SWEEP`, then one line `NAME MAY-BE,… WAS-PUT,…` for each key ever used, then `end`, and
/// answers with ``StateFindings`` as one line of JSON.
enum PowerCutAudit {
  static func run(_ arguments: [String]) throws {
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 4, words[0] == "audit" else { throw PowerCutError("'\(line)' is no audit.") }
      var expectations: [Expectation] = []
      while let line = readLine(), line != "end" {
        guard let expectation = Expectation(line) else { throw PowerCutError("'\(line)' is no expectation.") }
        expectations.append(expectation)
      }
      var audit = StateAudit(directory: String(words[1]), scratch: String(words[2]))
      audit.run(expectations, sweeps: words[3] == "1")
      let answer = try JSONEncoder().encode(audit.findings) + [0x0a]
      try FileHandle.standardOutput.write(contentsOf: answer)
    }
  }
}

/// What may be under a key after the power cut.
struct Expectation {
  let name: PowerCutName
  /// The digests that a lookup may give, and ``PowerCutMarks/absent`` if it may be a miss.
  let possible: Set<Substring>
  /// The digests of everything that was ever put under the key.
  let everPut: Set<Substring>

  init?(_ line: String) {
    let words = line.split(separator: " ")
    guard words.count == 3, let name = PowerCutName(words[0]) else { return nil }
    self.name = name
    possible = Set(words[1].split(separator: ","))
    everPut = Set(words[2].split(separator: ","))
  }
}

/// What an audit found in one state.
struct StateFindings: Encodable {
  var openingMilliseconds = 0.0
  var hits = 0
  /// How many misses there were for each reason.
  var misses: [String: Int] = [:]
  /// The broken promises: the level, a space, and what happened.
  var violations: [String] = []
}
