internal import Foundation
internal import Testing

private let key = String(repeating: "0123456789abcdef", count: 4)

@Suite("Artifacts through pipes and files, by the program itself")
struct PipeTests {
  @Test(
    "bytes of any number come back as they were, through pipes and through files",
    arguments: [0, 1, 4096, 10 << 20], [false, true])
  func roundTrip(_ count: Int, _ isRandom: Bool) throws {
    let kitchen = try Kitchen()
    let content = isRandom ? bytes(count, seed: UInt64(count)) : [UInt8](repeating: 7, count: count)
    _ = try kitchen.file("in", content)
    let line =
      "$larder put \(key) < in && $larder get \(key) | cmp - in && $larder get \(key) -o out/by-key && cmp in out/by-key "
      + "&& $larder put -f f --portable -i in && $larder get -f f --portable -o out/by-call && cmp in out/by-call "
      + "&& cat in | $larder put \(key) --encoding lz4 && $larder get \(key) > out/again && cmp in out/again"
    let call = kitchen.run("key -f f --portable").output
    #expect(try kitchen.shell(line) == Outcome(status: 0, output: "\(key)\n\(call)\(key)\n", messages: ""))
    // Nothing is left beside the results.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: kitchen.path + "/out").sorted() == [
        "again", "by-call", "by-key",
      ])
  }

  @Test("a tree comes back with its links, empty directories and executable bits")
  func tree() throws {
    let kitchen = try Kitchen()
    let make = """
      mkdir -p in/empty in/deep/er && printf a > in/a && printf x > in/deep/er/run && chmod 755 in/deep/er/run \
      && ln -s ../a in/deep/link && ln -s /nowhere in/dangling && : > in/none && printf 'é' > "in/ü b"
      """
    let line = make + " && $larder put -f t -i in && $larder get -f t -o out && diff -r --no-dereference in out"
    let outcome = try kitchen.shell(line)
    #expect(outcome.status == 0 && outcome.messages == "")
    let inventory = try kitchen.inventory(kitchen.path + "/in")
    #expect(inventory.count == 9 && inventory["deep/er/run"]?.hasPrefix("file 755 ") == true)
    #expect(try kitchen.inventory(kitchen.path + "/out") == inventory)
    // An executable keeps its bit too.
    _ = try kitchen.shell("$larder put -f x -i in/deep/er/run && $larder get -f x -o run")
    #expect(try kitchen.inventory(kitchen.path)["run"]?.hasPrefix("file 755 ") == true)
  }

  @Test("-o replaces a file in one step, and leaves it alone when there is a miss")
  func atomic() throws {
    let kitchen = try Kitchen()
    let line =
      "printf old > out; ln out kept; printf new | $larder put \(key) > /dev/null; $larder get -q -f none -o out; "
      + "cat out; $larder get \(key) -o out; cat out kept"
    #expect(try kitchen.shell(line) == Outcome(status: 0, output: "oldnewold", messages: ""))
    #expect(
      try kitchen.shell("$larder get \(key) -o out --json").output
        == #"{"schema":"larder.get/1","hit":true,"key":"\#(key)","reason":null,"output":"out","size":3,"#
        + #""representation":"data"}"# + "\n")
    #expect(
      try kitchen.shell("$larder get -q -f none -o out --json").output.hasSuffix(
        #""reason":"cold","output":"out","size":null,"representation":null}"# + "\n"))
  }

  @Test("a reader that leaves ends get quietly; the cache is as good as before")
  func brokenPipe() throws {
    let kitchen = try Kitchen()
    _ = try kitchen.file("in", bytes(4 << 20, seed: 6))
    let line =
      "$larder put \(key) -i in > /dev/null; { $larder get \(key); echo $? >&2; } | head -c 10 | wc -c; "
      + "$larder get \(key) | cmp - in"
    let outcome = try kitchen.shell(line)
    #expect(outcome.status == 0 && outcome.messages == "141\n")
    #expect(outcome.output.filter { !$0.isWhitespace } == "10")
  }

  @Test("a full device is an error of status 74", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDevice() throws {
    let kitchen = try Kitchen()
    let message = "larder: Cannot write to standard output: No space left on device. Send it somewhere else.\n"
    _ = try kitchen.shell("head -c 200000 /dev/zero | $larder put \(key)")
    #expect(
      try kitchen.shell("$larder get \(key) > /dev/full") == Outcome(status: 74, output: "", messages: message))
    #expect(try kitchen.shell("$larder ls > /dev/full") == Outcome(status: 74, output: "", messages: message))
    // The key was committed before it was printed; the caller learns that it did not get it.
    #expect(
      try kitchen.shell("echo | $larder put -f f > /dev/full")
        == Outcome(status: 74, output: "", messages: message))
    #expect(try kitchen.shell("$larder has -f f").status == 0)
  }

  @Test("standard input that cannot be read is an error, and nothing is stored")
  func unreadableInput() throws {
    let kitchen = try Kitchen()
    let directory = "larder: Cannot read standard input: Is a directory. Give it a file or a pipe.\n"
    #expect(
      try kitchen.shell("$larder put \(key) < /") == Outcome(status: 74, output: "", messages: directory))
    let closed = "larder: Cannot read standard input: Bad file descriptor. Give it a file or a pipe.\n"
    #expect(try kitchen.shell("$larder put \(key) <&-") == Outcome(status: 74, output: "", messages: closed))
    #expect(try kitchen.shell("$larder ls").messages == "larder: The cache is empty.\n")
  }

  @Test("what is not stored is read to its end, so that its writer does not die of a closed pipe")
  func drained() throws {
    let kitchen = try Kitchen()
    let writer = "{ head -c 1000000 /dev/zero; echo $? >&2; }"
    for (option, variable) in [("--no-cache", ""), ("--read-only", ""), ("", "LARDER_NO_CACHE=1")] {
      let outcome = try kitchen.shell("\(writer) | \(variable) $larder put -q \(key) \(option)")
      #expect(outcome == Outcome(status: 0, output: key + "\n", messages: "0\n"))
    }
    _ = try kitchen.shell("$larder put \(key) < /dev/null")
    #expect(try kitchen.shell("\(writer) | $larder put --if-absent \(key)").messages == "0\n")
  }

  @Test("a cache that may only be read gives its artifacts, uncounted", .enabled(if: getuid() != 0))
  func readOnlyDirectory() throws {
    let kitchen = try Kitchen()
    let line = "echo a | $larder put \(key) > /dev/null; chmod -R a-w cache; $larder get \(key); chmod -R u+w cache"
    #expect(try kitchen.shell(line) == Outcome(status: 0, output: "a\n", messages: ""))
  }

  @Test("a variable that is not text is never taken for another value")
  func unreadableVariable() throws {
    let kitchen = try Kitchen()
    let message = "larder: The variable 'SEED' is not UTF-8, so it cannot be part of a key. Set it to text.\n"
    #expect(
      try kitchen.shell(#"SEED="$(printf 'a\377')" $larder key -f f --env SEED"#)
        == Outcome(status: 65, output: "", messages: message))
  }
}
