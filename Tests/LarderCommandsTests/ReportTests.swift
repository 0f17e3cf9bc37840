internal import LarderCommands
internal import Testing

private let key = String(repeating: "0123456789abcdef", count: 4)
private let other = String(repeating: "fedcba9876543210", count: 4)

@Suite("ls and status")
struct ReportTests {
  /// Three entries: a bare key, and two of a function.
  func stocked() throws -> Kitchen {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key) --encoding raw", input: bytes(2048, seed: 3))
    kitchen.wait(seconds: 60)
    _ = kitchen.run(
      "put -f train/fold@7 --portable --arg depth=1 --cost 185s --tag b --tag a --ttl 7d --namespace lab", input: [1])
    kitchen.wait(seconds: 125)
    _ = kitchen.run("put -f train/fold --portable --arg depth=2 --cost 45ms --tag a", input: [1, 2, 3])
    return kitchen
  }

  @Test("ls shows one entry a line, in the order of keys")
  func list() throws {
    let kitchen = try stocked()
    let (first, second) = (
      String(kitchen.run("key -f train/fold@7 --portable --arg depth=1 --namespace lab").output.prefix(64)),
      String(kitchen.run("key -f train/fold --portable --arg depth=2").output.prefix(64))
    )
    let lines = [
      (key, "0123456789ab     2.0 KiB             –       1     3 min 5 s  –\n"),
      (first, "\(first.prefix(12))         1 B     3 min 5 s       1     2 min 5 s  train/fold@7 in lab #a #b\n"),
      (second, "\(second.prefix(12))         3 B         45 ms       1           0 s  train/fold #a\n"),
    ]
    func shown(_ lines: [(String, String)]) -> String { lines.map(\.1).joined() }
    let sorted = lines.sorted { $0.0 < $1.0 }
    #expect(kitchen.run("ls") == Outcome(status: 0, output: shown(sorted), messages: ""))
    #expect(kitchen.run("ls -v").output.contains(key + "     2.0 KiB"))
    #expect(kitchen.run("ls --limit 2").output == shown(Array(sorted.prefix(2))))
    #expect(kitchen.run("ls --sort cost").output == shown([lines[1], lines[2], lines[0]]))
    #expect(kitchen.run("ls --sort size").output == shown([lines[0], lines[2], lines[1]]))
    #expect(kitchen.run("ls --sort age").output == shown(lines))
    #expect(kitchen.run("ls --sort score --limit 2").output == shown([lines[1], lines[2]]))
    #expect(kitchen.run("ls --sort age --limit 1").output == shown([lines[0]]))
    #expect(kitchen.run("ls -f train/*").output == shown(sorted.filter { $0.0 != key }))
    #expect(kitchen.run("ls --tag a --tag b").output == shown([lines[1]]))
    #expect(kitchen.run("ls --arg depth=2").output == shown([lines[2]]))
    #expect(kitchen.run("ls --namespace lab").output == shown([lines[1]]))
    let nothing = Outcome(status: 1, output: "", messages: "larder: No entry fits.\n")
    for line in ["ls --arg depth=2.0", "ls -f train", "ls --tag c", "ls --namespace x"] {
      #expect(kitchen.run(line) == nothing, "\(line)")
    }
  }

  @Test("ls as JSON has the documented members, an object on each line")
  func listJSON() throws {
    let kitchen = try stocked()
    let key = kitchen.run("key -f train/fold@7 --portable --arg depth=1 --namespace lab").output.prefix(64)
    #expect(
      kitchen.run("ls --json --tag b").output
        == #"{"schema":"larder.ls/1","key":"\#(key)","namespace":"lab","function":"train/fold","version":"7","size":1,"#
        + #""stored_size":1,"representation":"data","cost_seconds":185,"uses":1,"#
        + #""created":"2026-11-18T03:13:45.000000000Z","last_use":"2026-11-18T03:13:45.000000000Z","#
        + #""expires":"2026-11-25T03:13:45.000000000Z","tags":["a","b"],"pinned":false,"age_seconds":125,"#
        + #""score":185000000000}"# + "\n")
    #expect(kitchen.run("ls --json").output.split(separator: "\n").count == 3)
  }

  @Test("ls sorts thousands of entries with a bounded selection as it does without a limit")
  func bounded() throws {
    let kitchen = try Kitchen()
    for index in 0..<40 {
      _ = kitchen.run("put -f f --portable --arg i=\(index) --cost \(index * 7 % 40)s", input: [UInt8(index)])
    }
    let all = kitchen.run("ls --sort cost").output.split(separator: "\n")
    #expect(all.count == 40)
    for limit in [1, 3, 20, 39, 40, 41] {
      #expect(kitchen.run("ls --sort cost --limit \(limit)").output.split(separator: "\n") == Array(all.prefix(limit)))
    }
  }

  @Test("names that steer a terminal are shown, not obeyed")
  func hostile() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run(["put", "-f", "a\u{1B}[2Jb", "--tag", "x\ny\u{202E}"], input: [1])
    #expect(kitchen.run("ls").output.hasSuffix("  a\\x1b[2Jb #x\\ny\\u{202e}\n"))
    _ = kitchen.run(["get", "-f", "a\u{1B}[2Jb", "--arg", "x=1"])
    #expect(!kitchen.run("status").output.contains("\u{1B}"))
  }

  @Test("status begins with the time saved and fits one screen")
  func status() throws {
    let kitchen = try stocked()
    let call = "get -f train/fold@7 --portable --namespace lab"
    _ = kitchen.run(call + " --arg depth=1")
    _ = kitchen.run(call + " --arg depth=1")
    _ = kitchen.run(call + " --arg depth=9")
    _ = kitchen.run("get -f cold")
    _ = kitchen.run("get -f cold")
    #expect(
      kitchen.run("status")
        == Outcome(
          status: 0,
          output: """
            Saved 6 min 10 s of computing in '\(kitchen.cache)' (sqlite)
              hits      2 of 5 lookups, 40.0 %
              misses    3: 2 cold, 1 args
              size      2.0 KiB of 10.0 GiB, 0.0 %
              holds     3 entries, 3 blobs
              puts      3, 2.0 KiB that took 3 min 5 s
              verified  never: larder verify does it
            Best: functions that saved most
              train/fold in lab  saved 6 min 10 s  2 hits  1 miss
            Worst: functions that miss more than they hit
              cold  saved 0 s  0 hits  2 misses

            """, messages: ""))
    #expect(kitchen.run("status -f cold").output.contains("  hits      0 of 2 lookups, 0.0 %\n"))
    #expect(kitchen.run("status --namespace lab").output.contains("  hits      2 of 3 lookups, 66.7 %\n"))
    kitchen.wait(seconds: 2 * 86_400)
    let later = kitchen.run("status --since 1d").output
    #expect(later.hasPrefix("Saved 0 s of computing in '\(kitchen.cache)' (sqlite), since 2026-11-19 00:00 UTC\n"))
    #expect(later.contains("  hits      none yet: nothing was looked up\n"))
    #expect(kitchen.run("status --since 2d").output.hasPrefix("Saved 6 min 10 s of computing"))
  }

  @Test("status as JSON")
  func statusJSON() throws {
    let kitchen = try stocked()
    _ = kitchen.run("get -f train/fold --portable --arg depth=2")
    _ = kitchen.run("get -f cold")
    let fold =
      #"{"namespace":"","function":"train/fold","saved_seconds":0.045,"hits":1,"misses":0,"puts":1,"computed_seconds":0.045}"#
    let cold =
      #"{"namespace":"","function":"cold","saved_seconds":0,"hits":0,"misses":1,"puts":0,"computed_seconds":0}"#
    let bare = #"{"namespace":"","function":"","saved_seconds":0,"hits":0,"misses":0,"puts":1,"computed_seconds":0}"#
    let lab =
      #"{"namespace":"lab","function":"train/fold","saved_seconds":0,"hits":0,"misses":0,"puts":1,"computed_seconds":185}"#
    #expect(
      kitchen.run("status --json").output
        == #"{"schema":"larder.status/1","saved_seconds":0.045,"dir":"\#(kitchen.cache)","index":"sqlite:","since":null,"#
        + #""hits":1,"misses":1,"hit_ratio":0.5,"misses_by_reason":{"cold":1},"puts":3,"computed_seconds":185.045,"#
        + #""bytes_read":3,"bytes_written":2052,"failures":0,"changed_inputs":0,"entries":3,"blobs":3,"#
        + #""content_bytes":2052,"stored_bytes":2052,"max_bytes":10737418240,"verified_ratio":0,"#
        + #""verified_oldest":null,"verified_newest":null,"functions":[\#(fold),\#(bare),\#(cold),"#
        + #"\#(lab)],"best":[\#(fold)],"worst":[\#(cold)]}"# + "\n")
  }

  @Test("an empty cache says so")
  func empty() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("init")
    #expect(kitchen.run("ls") == Outcome(status: 1, output: "", messages: "larder: The cache is empty.\n"))
    #expect(
      kitchen.run("status").output
        == """
        Saved 0 s of computing in '\(kitchen.cache)' (sqlite)
          hits      none yet: nothing was looked up
          misses    0
          size      0 B of 10.0 GiB, 0.0 %
          holds     0 entries, 0 blobs
          puts      none
          verified  never: larder verify does it

        """)
  }
}
