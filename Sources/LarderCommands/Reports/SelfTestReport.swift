internal import Larder

/// What a self-test tried and found.
struct SelfTestReport {
  let outcome: SelfTest.Outcome

  var lines: [String] {
    var table = TextTable([.left, .left, .right, .left])
    for step in outcome.steps {
      table.add([
        step.isPassed ? "ok" : "failed", step.name.rawValue, HumanText.duration(seconds: step.seconds), step.words,
      ])
    }
    var lines = ["Tried in '\(outcome.directory)', which is gone now"] + table.lines(indent: 2)
    if let facts = outcome.facts {
      var offers = TextTable([.left, .left])
      offers.add(["file system", facts.fileSystem])
      for (_, name, isThere) in facts.abilities {
        offers.add([name, isThere.map { $0 ? "yes" : "no" } ?? "not tried"])
      }
      lines += ["What it offers"] + offers.lines(indent: 2)
    }
    lines.append(outcome.isPassed ? "Passed." : "Failed: a cache there would not keep its promises.")
    return lines
  }

  var json: [(String, JSONText.Value)] {
    [
      ("schema", .string("larder.selftest/1")), ("dir", .string(outcome.directory)),
      ("passed", .bool(outcome.isPassed)),
      (
        "steps",
        .array(
          outcome.steps.map { step in
            .object([
              ("step", .string(step.name.rawValue)), ("passed", .bool(step.isPassed)),
              ("seconds", .double(step.seconds)), ("message", .string(step.words)),
            ])
          })
      ), ("directory", .optional(outcome.facts) { .object($0.json) }),
    ]
  }
}
