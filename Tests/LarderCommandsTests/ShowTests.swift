internal import Foundation
internal import LarderCommands
internal import Testing

private let key = String(repeating: "0123456789abcdef", count: 4)

@Suite("show")
struct ShowTests {
  @Test("a call is shown whole: arguments, blob, cost, uses and how long it is kept")
  func call() throws {
    let kitchen = try Kitchen()
    let csv = try kitchen.file("rows.csv", [1, 2, 3])
    let call = [
      "-f", "train@7", "--portable", "--arg", #"opt={"rate":0.05,"layers":[1,2]}"#, "--text", "name=a\u{1B}[2J",
      "--file", "rows=" + csv, "--namespace", "lab",
    ]
    let made = kitchen.run(
      ["put"] + call + ["--ttl", "7d", "--tag", "b", "--tag", "a", "--cost", "185s"], input: [1, 2, 3, 4])
    let key = String(made.output.prefix(64))
    kitchen.wait(seconds: 60)
    _ = kitchen.run(["get"] + call)
    kitchen.wait(seconds: 65)
    let shown = kitchen.run("show \(key.prefix(12))")
    #expect(
      shown
        == Outcome(
          status: 0,
          output: """
            \(key)
              function   train@7 in lab
              arguments  opt = {rate: 0.05, layers: [1, 2]}
                         name = "a\\u001b[2J"
                         rows = file \(csv) (3 bytes)
              tags       #a #b
              content    4 B, data
              digest     9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a
              blob       4 B stored as raw, in the index
              cost       3 min 5 s, saved by each use
              created    2026-11-18 03:12 UTC, 2 min 5 s ago
              uses       2, the last 2026-11-18 03:13 UTC
              kept       served until 2026-11-25 03:12 UTC, for 6 d 23 h 58 min
                         until it is evicted; what has the lowest score goes first, and this has 92,500,000,000
              seal       holds, without a signature
              lookup     can be served

            """.replacing("6 d 23 h 58 min", with: "7 d"), messages: ""))
    #expect(kitchen.run("show \(key) --namespace other") == shown)
  }

  @Test("nothing is shown as JSON writes it, by show and by diff")
  func null() throws {
    let kitchen = try Kitchen()
    let old = kitchen.run("put -f f --portable --arg a=null --arg b=[1,null] --env NOT_SET", input: [1]).output
    let new = kitchen.run("put -f f --portable --arg a=1 --arg b=[1,null] --env NOT_SET", input: [1]).output
    let shown = kitchen.run(["show", String(old.prefix(64))]).output
    for line in ["a = null", "b = [1, null]", "NOT_SET = null"] { #expect(shown.contains(line), "\(shown)") }
    #expect(kitchen.run(["diff", String(old.prefix(64)), String(new.prefix(64))]).output.contains("a  null → 1\n"))
  }

  @Test("a blob that lies in a file is told with its path, and a lookup that misses with the reason")
  func blob() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key) --encoding raw", input: bytes(100_000, seed: 7))
    let line = try #require(kitchen.run("show \(key)").output.split(separator: "\n").first { $0.contains("blob ") })
    let path = try #require(line.split(separator: "'").last.map(String.init))
    #expect(path.hasPrefix("blobs/") && line.contains("97.7 KiB stored as raw"))
    #expect(kitchen.run("show \(key)").output.contains("none: it was put under a bare key"))
    try FileManager.default.removeItem(atPath: kitchen.cache + "/" + path)
    let gone = kitchen.run("show \(key)")
    #expect(gone.status == 0 && gone.output.contains("a miss (missing_blob): its blob is gone"))
    let json = kitchen.run("show \(key) --json").output
    #expect(json.contains(#""hit":false,"reason":"missing_blob""#))
    #expect(!json.contains("blobs/"), "what machines read does not tell where a blob lies")
  }

  @Test("of a tree the first names are shown, and with --verbose all")
  func tree() throws {
    let kitchen = try Kitchen()
    for number in 10..<25 { _ = try kitchen.file("tree/n\(number)", [UInt8(number)]) }
    _ = try kitchen.file("tree/a\u{1B}b", [1, 2], permissions: 0o755)
    try FileManager.default.createSymbolicLink(atPath: kitchen.path + "/tree/z", withDestinationPath: "n10")
    _ = kitchen.run("put \(key) -i \(kitchen.path)/tree")
    let short = kitchen.run("show \(key)").output
    #expect(short.contains("files     16 files, 17 B\n            a\\x1bb 2 B, executable\n            n10 1 B\n"))
    #expect(short.contains("… and 7 more: --verbose names them"))
    let long = kitchen.run("show \(key) -v").output
    #expect(long.contains("            z → n10\n") && !long.contains("more:"))
    let json = kitchen.run("show \(key) --json").output
    #expect(json.contains(#"{"path":"z","kind":"link","target":"n10"}"#))
    #expect(json.contains(#""path":"a\u001bb","kind":"file""#))
  }

  @Test("what is not there is a plain no")
  func absent() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("init")
    #expect(
      kitchen.run("show \(key)") == Outcome(status: 1, output: "", messages: "larder: No entry has the key \(key).\n"))
    #expect(
      kitchen.run("show 01234567")
        == Outcome(status: 1, output: "", messages: "larder: No entry has a key that begins with 01234567.\n"))
  }

  @Test("looking changes nothing, not even uses")
  func untouched() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key)", input: [1])
    let before = try kitchen.inventory(kitchen.cache)
    for line in ["show \(key)", "diff \(key) \(key) --values", "health"] { #expect(kitchen.run(line).status == 0) }
    #expect(try kitchen.inventory(kitchen.cache) == before)
  }
}

@Suite("diff")
struct DiffTests {
  @Test("differences are told with the path inside an argument; equal is 0, different 1")
  func differences() throws {
    let kitchen = try Kitchen()
    func put(_ words: [String], _ content: [UInt8]) -> String {
      String(kitchen.run(["put", "--portable"] + words, input: content).output.prefix(64))
    }
    let one = put(["-f", "train@4", "--arg", #"optimizer={"learningRate":0.05}"#, "--arg", "depth=3"], [1])
    let two = put(["-f", "train@5", "--arg", #"optimizer={"learningRate":0.1}"#, "--text", "t=\u{1B}"], [1, 2])
    #expect(
      kitchen.run("diff \(one.prefix(8)) \(two)")
        == Outcome(
          status: 1,
          output: """
            4 differences between the calls \(one.prefix(12)) and \(two.prefix(12))
              changed  version                 4 → 5
              changed  optimizer.learningRate  0.05 → 0.1
              removed  depth                   3
              added    t                       "\\u001b"

            """, messages: ""))
    #expect(kitchen.run("diff \(one) \(one)").status == 0)
    #expect(kitchen.run("diff \(one) \(two) -q") == Outcome(status: 1, output: "", messages: ""))
    #expect(
      kitchen.run("diff \(one) \(two) --json").output
        == #"{"schema":"larder.diff/1","keys":["\#(one)","\#(two)"],"equal":false,"known":true,"changes":["#
        + #"{"subject":"version","path":"","change":"changed","old":"4","new":"5","old_preview":"4","new_preview":"5"},"#
        + #"{"subject":"argument","path":"optimizer.learningRate","change":"changed","old":0.05,"new":0.1,"old_preview":"0.05","new_preview":"0.1"},"#
        + #"{"subject":"argument","path":"depth","change":"removed","old":3,"new":null,"old_preview":"3","new_preview":null},"#
        + #"{"subject":"argument","path":"t","change":"added","old":null,"new":"\u001b","old_preview":null,"new_preview":"\"\\u001b\""}],"#
        + #""values":null}"# + "\n")
  }

  @Test("artifacts are compared where that is asked for, trees file by file")
  func values() throws {
    let kitchen = try Kitchen()
    func put(_ name: String) -> String {
      String(kitchen.run("put -f f --portable --text n=\(name) -i \(kitchen.path)/tree").output.prefix(64))
    }
    _ = try kitchen.file("tree/same", [1])
    _ = try kitchen.file("tree/changed", [1])
    _ = try kitchen.file("tree/gone", [1])
    let one = put("1")
    try FileManager.default.removeItem(atPath: kitchen.path + "/tree/gone")
    _ = try kitchen.file("tree/changed", [2])
    _ = try kitchen.file("tree/new", [1, 2, 3])
    let two = put("2")
    let lines = kitchen.run("diff --values \(one) \(two)").output.split(separator: "\n").map(String.init)
    #expect(lines.count == 6)
    #expect(lines[2].hasPrefix("The artifacts differ: 3 B, tree, digest "))
    #expect(
      Array(lines[3...]) == [
        "  changed  changed  1 B, the content differs", "  removed  gone     1 B", "  added    new      3 B",
      ])
    _ = kitchen.run("put -f f --portable --text n=3 -i \(kitchen.path)/tree")
    let three = String(kitchen.run("key -f f --portable --text n=3").output.prefix(64))
    let equal = kitchen.run("diff --values \(two) \(three)")
    #expect(equal.status == 1 && equal.output.hasSuffix("The artifacts are equal: 5 B, tree\n"))
  }

  @Test("a key that is not there is an error and no difference; bare keys have no calls")
  func unknown() throws {
    let kitchen = try Kitchen()
    let other = String(repeating: "fedcba9876543210", count: 4)
    _ = kitchen.run("put \(key)", input: [1])
    _ = kitchen.run("put \(other)", input: [1])
    let absent = String(repeating: "0", count: 64)
    #expect(
      kitchen.run("diff \(key) \(absent)")
        == Outcome(status: 65, output: "", messages: "larder: No entry has the key \(absent).\n"))
    let bare = kitchen.run("diff \(key) \(other)")
    #expect(bare.status == 1)
    #expect(
      bare.output
        == "Not both of 0123456789ab and fedcba987654 are calls: one was put under a bare key.\n")
  }
}
