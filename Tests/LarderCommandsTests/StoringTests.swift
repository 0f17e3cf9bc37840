internal import Foundation
internal import LarderCommands
internal import Testing

private let key = String(repeating: "0123456789abcdef", count: 4)
private let other = String(repeating: "fedcba9876543210", count: 4)

@Suite("init, put, get, has and remove")
struct StoringTests {
  @Test("init makes a cache and the pepper, says so, and does neither twice")
  func initialize() throws {
    let kitchen = try Kitchen()
    let pepper = kitchen.path + "/home/.config/larder/pepper"
    let made = kitchen.run("init --encoding lz4 --durability durable --max-size 2GB")
    #expect(
      made
        == Outcome(
          status: 0,
          output:
            "Made a cache at '\(kitchen.cache)': index sqlite, encoding lz4, durability durable, at most 1.9 GiB.\n"
            + "Made the pepper for secret arguments, '\(pepper)'. Keep a copy: without it their keys are lost.\n",
          messages: ""))
    let inventory = try kitchen.inventory(kitchen.path)
    #expect(inventory["home/.config/larder/pepper"]?.hasPrefix("file 600 ") == true)
    let message =
      "larder: There is a cache at '\(kitchen.cache)' already. Use it as it is, or choose another directory with --dir.\n"
    #expect(kitchen.run("init") == Outcome(status: 73, output: "", messages: message))
    #expect(try kitchen.inventory(kitchen.path) == inventory)
    let second = kitchen.run("init -d \(kitchen.path)/second")
    #expect(
      second.output
        == "Made a cache at '\(kitchen.path)/second': index sqlite, encoding zstd, durability fast, at most 10.0 GiB.\n"
    )
  }

  @Test("init leaves a directory alone that holds something else")
  func foreign() throws {
    let kitchen = try Kitchen()
    let file = try kitchen.file("cache/thesis.tex", [1])
    let message =
      "larder: '\(kitchen.cache)' is no cache and is not empty: it holds 'thesis.tex'. "
      + "Choose an empty or a new directory.\n"
    #expect(kitchen.run("init") == Outcome(status: 73, output: "", messages: message))
    #expect(kitchen.run("put \(key)") == Outcome(status: 73, output: "", messages: message))
    #expect(try kitchen.inventory(kitchen.cache).count == 1)
    #expect(try kitchen.content(file) == [1])
  }

  @Test("init as JSON")
  func initializeJSON() throws {
    let kitchen = try Kitchen()
    kitchen.environment["LARDER_PEPPER"] = "0123456789abcdef"
    let json = kitchen.run("init --json").output
    let id = try #require(json.split(separator: "\"id\":\"").last?.prefix(32))
    #expect(id.count == 32 && !id.contains { !$0.isHexDigit })
    #expect(
      json
        == #"{"schema":"larder.init/1","dir":"\#(kitchen.cache)","id":"\#(id)","format":1,"index":"sqlite:","#
        + #""encoding":"zstd","durability":"fast","max_bytes":10737418240,"pepper_made":false}"# + "\n")
  }

  @Test("what is put comes back, under a key and under a call")
  func roundTrip() throws {
    let kitchen = try Kitchen()
    #expect(kitchen.run("put \(key)", input: [0x61, 0x0A]) == Outcome(status: 0, output: key + "\n", messages: ""))
    #expect(kitchen.run("get \(key)") == Outcome(status: 0, output: "a\n", messages: ""))
    #expect(kitchen.run("get 01234567") == Outcome(status: 0, output: "a\n", messages: ""))
    let call = "-f train@2 --arg depth=7 --text mode=a=b --portable"
    let printed = kitchen.run("key " + call).output
    #expect(kitchen.run("put " + call, input: [0x62]).output == printed)
    #expect(kitchen.run("get " + call).output == "b")
    #expect(kitchen.run("has " + call) == Outcome(status: 0, output: "", messages: ""))
    // The same name and version, said in two options.
    let apart = "-f train --function-version 2 --arg depth=7 --text mode=a=b --portable"
    #expect(kitchen.run("get " + apart).output == "b")
    #expect(kitchen.run("get " + call + " --namespace ns").messages == "larder: Miss (cold): \(cold).\n")
  }

  private let cold = "nothing was stored for it yet"

  @Test("a miss says why in one line, and nothing with --quiet")
  func misses() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put -f f@1 --arg x=1 --ttl 10s", input: [1])
    func miss(_ line: String) -> String {
      let outcome = kitchen.run(line)
      #expect(outcome.status == 1 && outcome.output == "")
      return outcome.messages
    }
    #expect(miss("get \(key)") == "larder: Miss (cold): \(cold).\n")
    #expect(miss("get 01234567") == "larder: Miss (cold): \(cold).\n")
    #expect(miss("get -f g") == "larder: Miss (cold): \(cold).\n")
    #expect(
      miss("get -f f@1 --arg x=2")
        == "larder: Miss (args): the function was seen, but not with these arguments.\n")
    #expect(
      miss("get -f f@2 --arg x=1") == "larder: Miss (version): the function was seen, but not in this version.\n")
    #expect(miss("get -f f@1 --arg x=1 --refresh") == "larder: Miss (refresh): --refresh asks for a new one.\n")
    #expect(miss("get -f f@1 --arg x=1 --no-cache") == "larder: Miss (disabled): the cache is switched off.\n")
    #expect(miss("get -q \(key)") == "")
    kitchen.wait(seconds: 10)
    #expect(miss("get -f f@1 --arg x=1") == "larder: Miss (expired): its time was up.\n")
    let removed = kitchen.run("put -f f@1 --arg x=1", input: [1]).output.dropLast()
    _ = kitchen.run("remove \(removed)")
    #expect(miss("get -f f@1 --arg x=1") == "larder: Miss (invalidated): it was removed.\n")
  }

  @Test("the names that systems give standard output are standard output, and stay what they are")
  func standardOutput() throws {
    let kitchen = try Kitchen()
    let key = String(repeating: "a", count: 64)
    #expect(kitchen.run("put \(key)", input: Array("bytes".utf8)).status == 0)
    for name in ["-", "/dev/stdout", "/dev/fd/1"] {
      #expect(kitchen.run("get \(key) -o \(name)") == Outcome(status: 0, output: "bytes", messages: ""))
    }
  }

  @Test("damaged bytes are a miss, and not a byte of them is written")
  func damaged() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key) --encoding raw", input: bytes(100_000, seed: 1))
    let blob = try #require(try kitchen.inventory(kitchen.cache).keys.first { $0.hasSuffix(".raw") })
    var content = try kitchen.content(kitchen.cache + "/" + blob)
    content[99_999] ^= 1
    _ = try kitchen.file("cache/" + blob, content)
    let message = "larder: Miss (corrupt): its stored bytes are damaged.\n"
    #expect(kitchen.run("get \(key)") == Outcome(status: 1, output: "", messages: message))
    #expect(kitchen.run("get \(key) -o \(kitchen.path)/out") == Outcome(status: 1, output: "", messages: message))
    #expect(!FileManager.default.fileExists(atPath: kitchen.path + "/out"))
    // A put mends it.
    _ = kitchen.run("put \(key) --encoding raw", input: bytes(100_000, seed: 1))
    #expect(kitchen.run("get \(key) -o \(kitchen.path)/out").status == 0)
    #expect(try kitchen.content(kitchen.path + "/out") == bytes(100_000, seed: 1))
  }

  @Test("--if-absent keeps what is there, whatever can no longer be served is replaced")
  func ifAbsent() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key) --ttl 10s", input: [0x61])
    #expect(kitchen.run("put \(key) --if-absent", input: [0x62]).output == key + "\n")
    #expect(kitchen.run("get \(key)").output == "a")
    #expect(
      kitchen.run("put \(key) --if-absent --json", input: [0x62]).output
        == #"{"schema":"larder.put/1","key":"\#(key)","stored":false,"reason":"present"}"# + "\n")
    _ = kitchen.run("put \(key) --if-absent --refresh --ttl 10s", input: [0x63])
    #expect(kitchen.run("get \(key)").output == "c")
    kitchen.wait(seconds: 10)
    #expect(
      kitchen.run("put \(key) --if-absent --json", input: [0x64]).output
        == #"{"schema":"larder.put/1","key":"\#(key)","stored":true,"reason":null}"# + "\n")
    #expect(kitchen.run("get \(key)").output == "d")
    // Without it the newest put counts.
    _ = kitchen.run("put \(key)", input: [0x65])
    #expect(kitchen.run("get \(key)").output == "e")
  }

  @Test(
    "switched off, read only or dry, put prints the key, says why nothing is stored, and makes no cache",
    arguments: [
      (["--no-cache"], [:], "the cache is switched off", "disabled"),
      ([], ["LARDER_NO_CACHE": "1"], "the cache is switched off", "disabled"),
      (["--read-only"], [:], "the cache is only read", "read_only"),
      ([], ["LARDER_READ_ONLY": "1"], "the cache is only read", "read_only"),
      (["--dry-run"], [:], "this is a dry run", "dry_run"),
    ] as [([String], [String: String], String, String)])
  func switches(_ options: [String], _ variables: [String: String], _ sentence: String, _ reason: String) throws {
    let kitchen = try Kitchen()
    kitchen.environment.merge(variables) { $1 }
    #expect(
      kitchen.run(["put", key] + options, input: [1])
        == Outcome(status: 0, output: key + "\n", messages: "larder: Nothing is stored: \(sentence).\n"))
    #expect(
      kitchen.run(["put", key, "--json", "-q"] + options)
        == Outcome(
          status: 0, output: #"{"schema":"larder.put/1","key":"\#(key)","stored":false,"reason":"\#(reason)"}"# + "\n",
          messages: ""))
    #expect(!FileManager.default.fileExists(atPath: kitchen.cache))
  }

  @Test("has answers one key by its status, and prints those of several that are there")
  func has() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key)", input: [1])
    #expect(kitchen.run("has \(key)") == Outcome(status: 0, output: "", messages: ""))
    #expect(kitchen.run("has 0123456789") == Outcome(status: 0, output: "", messages: ""))
    #expect(kitchen.run("has \(other)") == Outcome(status: 1, output: "", messages: ""))
    #expect(kitchen.run("has \(other) -v").messages == "larder: \(other): Miss (cold): \(cold).\n")
    #expect(kitchen.run("has \(other) 01234567") == Outcome(status: 1, output: key + "\n", messages: ""))
    #expect(kitchen.run("has \(key) --no-cache").status == 1)
    #expect(kitchen.run("has \(key) --refresh").status == 1)
    let list = try kitchen.file("keys.txt", Array("\(key)\r\n\n\(other)\n".utf8))
    #expect(kitchen.run("has --keys-from \(list)") == Outcome(status: 1, output: key + "\n", messages: ""))
    #expect(kitchen.run("has --keys-from -", input: Array(key.utf8)).output == key + "\n")
    #expect(
      kitchen.run("has --json 01234567 \(other)").output
        == #"{"schema":"larder.has/1","asked":"01234567","key":"\#(key)","hit":true,"reason":null}"# + "\n"
        + #"{"schema":"larder.has/1","asked":"\#(other)","key":"\#(other)","hit":false,"reason":"cold"}"# + "\n")
  }

  @Test("asking changes nothing, not even counters", arguments: ["has", "ls", "status", "remove -n"])
  func asking(_ line: String) throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key)", input: [1])
    let before = try kitchen.inventory(kitchen.cache)
    let operand = line == "ls" || line == "status" ? [] : [key]
    #expect(kitchen.run(words(line) + operand).status == 0)
    #expect(try kitchen.inventory(kitchen.cache) == before)
  }

  @Test("the beginning of several keys is answered with what tells them apart")
  func ambiguous() throws {
    let kitchen = try Kitchen()
    let near = "01234567" + String(repeating: "0", count: 56)
    for key in [key, near] { _ = kitchen.run("put \(key)", input: [1]) }
    let message =
      "larder: '01234567' is the beginning of several keys: 012345670000, 0123456789ab. Give more digits.\n"
    #expect(kitchen.run("get 01234567") == Outcome(status: 65, output: "", messages: message))
    #expect(kitchen.run("has 01234567") == Outcome(status: 65, output: "", messages: message))
    #expect(kitchen.run("has 012345678").status == 0)
    for digit in 1...5 {
      let key = "01234567" + String(repeating: "\(digit)", count: 56)
      _ = kitchen.run("put \(key)", input: [1])
    }
    #expect(
      kitchen.run("get 01234567").messages
        == "larder: '01234567' is the beginning of several keys: 012345670000, 012345671111, 012345672222, "
        + "012345673333, 012345674444, …. Give more digits.\n")
  }

  @Test("remove tells what it removed and what was not there, and a dry run reports the same")
  func remove() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key)", input: bytes(2048, seed: 2))
    let report = "Removed 1 entry, 2.0 KiB of artifacts.\n"
    let missing = "larder: No entry has the key \(other).\n"
    let dry = "larder: This is a dry run: nothing is removed.\n"
    #expect(
      kitchen.run("remove -n \(key) \(other) \(key)")
        == Outcome(status: 1, output: report, messages: missing + dry))
    #expect(kitchen.run("get \(key)").status == 0)
    #expect(
      kitchen.run("remove \(key) \(other) \(key)") == Outcome(status: 1, output: report, messages: missing))
    #expect(kitchen.run("has \(key)").status == 1)
    #expect(
      kitchen.run("remove -q \(key)") == Outcome(status: 1, output: "", messages: ""))
    _ = kitchen.run("put \(key)", input: [1])
    #expect(
      kitchen.run("remove --json --keys-from -", input: Array("\(key)\n\(other)\n".utf8)).output
        == #"{"schema":"larder.remove/1","removed":1,"bytes":1,"missing":["\#(other)"],"dry_run":false}"# + "\n")
    #expect(
      kitchen.run("remove --read-only \(key)")
        == Outcome(
          status: 77, output: "",
          messages:
            "larder: The cache at '\(kitchen.cache)' is open read-only. Open it for writing to remove something.\n"))
  }

  @Test(
    "commands that need a cache never make one",
    arguments: [
      "get \(key)", "get 01234567", "get -f f", "has \(key)", "ls", "status", "remove \(key)", "remove -n \(key)",
    ])
  func noCache(_ line: String) throws {
    let kitchen = try Kitchen()
    let message =
      "larder: No cache at '\(kitchen.cache)'. The first larder put or larder run makes one; "
      + "choose another with --dir.\n"
    #expect(kitchen.run(line) == Outcome(status: 66, output: "", messages: message))
    #expect(!FileManager.default.fileExists(atPath: kitchen.cache))
    try FileManager.default.createDirectory(atPath: kitchen.cache, withIntermediateDirectories: false)
    #expect(kitchen.run(line) == Outcome(status: 66, output: "", messages: message))
    #expect(try kitchen.inventory(kitchen.cache).isEmpty)
  }
}
