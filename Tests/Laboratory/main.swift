import Foundation

// The experiments' own processes: what is killed, stopped, cut off and starved. The drivers beside them say when.
let experiments: [String: ([String]) throws -> Void] = [
  "corruption": Corruption.run,
  "inspect": InspectExperiment.run,
  "opening": Opening.run,
  "powercut": PowerCutExperiment.run,
  "powercut-audit": PowerCutAudit.run,
  "storm": Storm.run,
  "strike": StrikeExperiment.run,
]

let words = Array(CommandLine.arguments.dropFirst())
guard let name = words.first, let experiment = experiments[name] else {
  print("usage: laboratory EXPERIMENT ..., where EXPERIMENT is one of \(experiments.keys.sorted())")
  exit(64)
}
do { try experiment(Array(words.dropFirst())) } catch {
  print("laboratory \(name): \(error)")
  exit(1)
}
