internal import Foundation
internal import Testing

@Suite("What run keeps, and what it does not")
struct RunTests {
  let kitchen: Kitchen

  init() throws { kitchen = try Kitchen() }

  private func run(_ options: [String], _ command: [String], input: String = "/dev/null") throws -> ProgramOutcome {
    try kitchen.program(kitchen.larderRun(options, command), input: input)
  }

  /// Whether a command would come from the cache.
  private func isKept(_ options: [String], _ command: [String]) throws -> Bool {
    try run(["--dry-run"] + options, command).status == 0
  }

  @Test("an edited script is never served stale, nor is one whose input or program changed")
  func edited() throws {
    let script = ["sh", "work.sh", "--from=rows", "list"]
    for (name, content) in [("work.sh", "cat rows list; echo one"), ("rows", "r"), ("list", "l")] {
      _ = try kitchen.file(name, Array(content.utf8))
    }
    #expect(try run(["-q"], script).text == "rlone\n")
    #expect(try isKept([], script))
    // Same size, in the same second: the content counts.
    _ = try kitchen.file("work.sh", Array("cat rows list; echo two".utf8))
    #expect(try run(["-q"], script).text == "rltwo\n")
    _ = try kitchen.file("rows", Array("R".utf8))
    #expect(try run(["-q"], script).text == "Rltwo\n")
    _ = try kitchen.file("list", Array("L".utf8))
    #expect(try run(["-q"], script).text == "RLtwo\n")
    // Back again, and it is known.
    _ = try kitchen.file("rows", Array("r".utf8))
    _ = try kitchen.file("list", Array("l".utf8))
    #expect(try isKept([], script))

    _ = try kitchen.file("tool", Array("#!/bin/sh\necho first".utf8), permissions: 0o755)
    #expect(try run(["-q"], ["./tool"]).text == "first\n")
    _ = try kitchen.file("tool", Array("#!/bin/sh\necho other".utf8), permissions: 0o755)
    #expect(try run(["-q"], ["./tool"]).text == "other\n")
    // A program by its name is found as the shell finds it, and is as much a part of the key.
    let path = ["PATH": kitchen.path + ":/usr/bin:/bin"]
    #expect(try kitchen.program(kitchen.larderRun(["-q"], ["tool"]), environment: path).text == "other\n")
    _ = try kitchen.file("tool", Array("#!/bin/sh\necho third".utf8), permissions: 0o755)
    #expect(try kitchen.program(kitchen.larderRun(["-q"], ["tool"]), environment: path).text == "third\n")
  }

  @Test("the key is that of a call that anybody can write down")
  func document() throws {
    let rows = try kitchen.file("rows", Array("1\n".utf8))
    let input = try kitchen.file("stdin", Array("2\n".utf8))
    _ = try kitchen.file("tree/x", Array("3\n".utf8))
    let asked = try run(
      ["--portable", "--in", "tree", "--in", "-", "--env", "TZ", "--dry-run", "--json"], ["cat", "rows", "-"],
      input: input)
    let key = try kitchen.program(
      [
        Kitchen.executable, "key", "--portable", "--function", "cat", "--arg", #"argv=["cat","rows","-"]"#, "--file",
        "file:cat=/usr/bin/cat", "--file", "file:rows=\(rows)", "--tree", "tree:tree=tree", "--file", "stdin=\(input)",
        "--env", "TZ",
      ])
    #expect(
      asked.text
        == #"{"schema":"larder.run/1","hit":false,"key":"\#(key.text.dropLast())","reason":"cold","#
        + #""inputs":["file:cat","file:rows","tree:tree","stdin"]}"# + "\n")
    #expect(key.status == 0 && asked.status == 1)
  }

  @Test("the files on the command line are said, and directories that nobody has named")
  func said() throws {
    _ = try kitchen.file("rows", [0x31])
    _ = try kitchen.file("tree/x", [])
    let outcome = try run([], ["ls", "rows", "tree"])
    #expect(
      outcome.said == """
        larder: Inputs: rows (found on the command line). Add others with --in.
        larder: Not looked into: tree. If the command reads it, add it with --in.

        """)
    #expect(try run([], ["ls", "rows", "tree"]).said == "")
    #expect(try run(["--in", "tree"], ["ls", "tree"]).said == "")
  }

  @Test("variables count where they are named, and the directory does not")
  func environment() throws {
    let command = ["sh", "-c", "echo $COLOR"]
    func run(_ color: String, _ options: [String]) throws -> String {
      try kitchen.program(kitchen.larderRun(["-q"] + options, command), environment: ["COLOR": color]).text
    }
    #expect(try run("red", ["--env", "COLOR"]) == "red\n")
    #expect(try run("blue", ["--env", "COLOR"]) == "blue\n")
    #expect(try run("red", []) == "red\n")
    #expect(try run("blue", []) == "red\n")
  }

  @Test("what fails is not kept, unless that is asked for, and then as long as was said")
  func failures() throws {
    let command = ["sh", "-c", "echo x; exit 9"]
    #expect(try run(["-q"], command).status == 9)
    #expect(try !isKept([], command))
    #expect(try run(["-q", "--cache-failures=1h", "--tag", "bad"], command).status == 9)
    #expect(try isKept([], command))
    let entry = try kitchen.program([Kitchen.executable, "ls", "--tag", "bad", "--json"]).text
    #expect(entry.contains(#""function":"sh""#) && !entry.contains(#""expires":null"#))
    #expect(try run(["-q", "--cache-failures"], ["sh", "-c", "exit 8"]).status == 8)
    #expect(try run(["-q", "--ttl", "1ms"], ["true"]).status == 0)
    usleep(20_000)
    #expect(try !isKept([], ["true"]))
  }

  @Test("a result that would not be the same again is not kept, and it is said why")
  func notKept() throws {
    _ = try kitchen.file("log", [0x31])
    func expect(_ options: [String], _ command: [String], _ words: String) throws {
      let outcome = try run(options, command)
      #expect(outcome.status == 0 && outcome.said.contains("larder: Not kept: " + words), "\(outcome.said)")
      #expect(try !isKept(options, command), "\(command)")
    }
    try expect([], ["sh", "-c", "echo >> $0", "log"], "'log' changed while the command ran.")
    try expect([], ["touch", "mark"], "the command wrote 'mark'. Name it with --out")
    try FileManager.default.removeItem(atPath: kitchen.path + "/mark")
    try expect(["--out", "never"], ["true"], "the command did not write 'never', which --out names.")
    try expect(["--out", "pipe"], ["mkfifo", "pipe"], "'pipe', which --out names, is no file and no directory.")
    // An input that is a result too may change.
    #expect(try run(["--in", "log", "--out", "log"], ["sh", "-c", "echo 2 > log"]).said == "")
  }

  @Test("a run with other results than those that are kept computes them")
  func otherOutputs() throws {
    let command = ["sh", "-c", "echo a > a; echo b > b"]
    #expect(try run(["--out", "a"], command).status == 0)
    #expect(try isKept(["--out", "a"], command) && isKept(["--out", "./a"], command) && isKept([], command))
    #expect(try !isKept(["--out", "b"], command))
    #expect(try run(["--out", "a", "--out", "b"], command).status == 0)
    for name in ["a", "b"] { try FileManager.default.removeItem(atPath: kitchen.path + "/" + name) }
    #expect(try run(["--out", "b"], command).status == 0)
    #expect(try kitchen.content(kitchen.path + "/b") == Array("b\n".utf8))
    #expect(!FileManager.default.fileExists(atPath: kitchen.path + "/a"))
  }

  @Test("a directory takes its place whole, and what the command did not make stays")
  func restored() throws {
    let command = ["sh", "-c", "mkdir -p d/in; echo 1 > d/in/f; ln -sf in/f d/l; rm -f file; echo new > file"]
    let options = ["-q", "--out", "d", "--out", "file"]
    #expect(try run(options, command).status == 0)
    let made = try kitchen.inventory(kitchen.path + "/d")
    // Changed, with a name of its own in it: each file is put back.
    _ = try kitchen.file("d/in/f", Array("altered".utf8))
    _ = try kitchen.file("d/mine", Array("mine".utf8))
    #expect(try run(options, command).status == 0)
    var now = try kitchen.inventory(kitchen.path + "/d")
    #expect(now.removeValue(forKey: "mine") != nil && now == made)
    // Something of another kind in the way: the command is run, as without a cache.
    try FileManager.default.removeItem(atPath: kitchen.path + "/file")
    try FileManager.default.createDirectory(atPath: kitchen.path + "/file", withIntermediateDirectories: true)
    let outcome = try run(["--out", "d", "--out", "file"], command)
    #expect(outcome.said.contains("'file' is a directory, and the result is a file. Remove it"), "\(outcome.said)")
    // Nothing of the way there is left.
    #expect(try FileManager.default.contentsOfDirectory(atPath: kitchen.path).allSatisfy { !$0.hasPrefix(".larder-") })
  }

  @Test("a link that a user has made stays, and one that the command makes comes back")
  func links() throws {
    try FileManager.default.createDirectory(atPath: kitchen.path + "/disk", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: kitchen.path + "/data", withDestinationPath: "disk")
    let command = ["sh", "-c", "echo 1 > data/f; ln -sfn data/f latest"]
    let options = ["-q", "--out", "data", "--out", "latest"]
    #expect(try run(options, command).status == 0)
    for name in ["disk/f", "latest"] { try FileManager.default.removeItem(atPath: kitchen.path + "/" + name) }
    #expect(try isKept(options, command) && run(options, command).status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: kitchen.path + "/data") == "disk")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: kitchen.path + "/latest") == "data/f")
    #expect(try kitchen.content(kitchen.path + "/disk/f") == Array("1\n".utf8))
  }

  #if os(Linux)
    @Test("a young input is read once for a key, also where both streams go to one place")
    func readOnce() throws {
      #expect(kitchen.run("init").status == 0)
      let size = 16 << 20
      // What a process has read, with those that it has waited for.
      let line = "head -c \(size) /dev/zero > young; $larder run -qn -- true young 2>&1; grep rchar /proc/$$/io"
      let told = try kitchen.program(["sh", "-c", line]).text
      let count = try #require(told.split(separator: " ").last.flatMap { Int($0.filter(\.isNumber)) })
      // The first process to read it makes it.
      #expect((2 * size..<5 * size / 2).contains(count), "\(told)")
    }
  #endif

  @Test("streams that go to one place do not serve two, and two serve one where their order is known")
  func arrangements() throws {
    func run(_ command: [String], _ streams: Kitchen.Streams, dry: Bool = false) throws -> ProgramOutcome {
      try kitchen.program(kitchen.larderRun(dry ? ["--dry-run"] : ["-q"], command), streams)
    }
    let both = ["sh", "-c", "echo a; echo b >&2"]
    #expect(try run(both, .together).text == "a\nb\n")
    #expect(try run(both, .separate, dry: true).status == 1)
    #expect(try run(both, .separate).said == "b\n")
    let slow = ["sh", "-c", "echo a >&2; sleep 0.3; echo b; sleep 0.3; echo c >&2"]
    #expect(try run(slow, .separate).text == "b\n")
    #expect(try run(slow, .together, dry: true).status == 0)
    #expect(try run(slow, .together).text == "a\nb\nc\n")
  }

  @Test("a check runs the command and tells what differs")
  func check() throws {
    _ = try kitchen.file("state", Array("1".utf8))
    let command = ["sh", "-c", "s=$(cat state); echo $s; echo e$s >&2; echo $s > o; mkdir -p d; echo $s > d/f; exit 0"]
    let options = ["--out", "o", "--out", "d"]
    #expect(try run(["--check"] + options, command).text == "1\n")
    #expect(try run(["--check", "-v"] + options, command).said.hasSuffix("larder: The same as what is stored.\n"))
    _ = try kitchen.file("state", Array("2".utf8))
    let outcome = try run(["--check"] + options, command)
    #expect(outcome.status == 1 && outcome.text == "2\n")
    #expect(
      outcome.said.contains("larder: What is stored differs: standard output, standard error, 'o', 'd/f'."),
      "\(outcome.said)")
    // It has stored nothing.
    #expect(try run(["-q"] + options, command).text == "1\n")
    #expect(try run(["-q", "--refresh"] + options, command).text == "2\n")
    #expect(try run(["-q"] + options, command).text == "2\n")
  }

  @Test("--no-store, --read-only and --no-cache keep nothing")
  func nothingKept() throws {
    for option in ["--no-store", "--read-only", "--no-cache"] {
      #expect(try run(["-q", option], ["echo", option]).text == option + "\n")
      #expect(!FileManager.default.fileExists(atPath: kitchen.cache))
    }
    #expect(try run(["-q"], ["echo", "x"]).text == "x\n")
    #expect(try run(["-q", "--no-store"], ["echo", "y"]).text == "y\n")
    #expect(try isKept([], ["echo", "x"]) && !isKept([], ["echo", "y"]))
  }

  @Test("a cache that cannot be used keeps no command from being run")
  func withoutCache() throws {
    _ = try kitchen.file("cache", [])
    let outcome = try run([], ["echo", "x"])
    #expect(outcome.status == 125 || outcome.text == "x\n")
    kitchen.environment["LARDER_DIR"] = "/proc/none"
    let other = try run([], ["sh", "-c", "echo x; exit 5"])
    #expect(other.status == 5 && other.text == "x\n")
    #expect(other.said.contains("larder: warning: "), "\(other.said)")
  }

  @Test("who asks for the same while it runs waits for it")
  func once() throws {
    let command = ["sh", "-c", "echo run >> \(kitchen.path)/runs; sleep 0.5; echo done"]
    let runs = try (0..<4).map { _ in try kitchen.start(kitchen.larderRun(["-q"], command)) }
    for run in runs { #expect(try run.wait().text == "done\n") }
    #expect(try kitchen.content(kitchen.path + "/runs") == Array("run\n".utf8))
  }

  @Test("what cannot be run says so with the status that shells have for it")
  func cannotRun() throws {
    _ = try kitchen.file("plain", [0x31])
    _ = try kitchen.file("bad", Array("#!/no/such\n".utf8), permissions: 0o755)
    let cases: [([String], Int32, String)] = [
      (["nosuch"], 127, "Cannot run 'nosuch': there is no such command. Check the name, or PATH."),
      (["./none"], 127, "Cannot run './none': there is no such command. Check the name, or PATH."),
      (["./plain"], 126, "Cannot run './plain': it may not be executed. Make it so with chmod +x."),
      (["/"], 126, "Cannot run '/': it is a directory."), ([""], 127, "Cannot run ''"),
    ]
    for (command, status, words) in cases {
      let outcome = try run([], command)
      #expect(outcome.status == status && outcome.said.hasPrefix("larder: " + words), "\(outcome.said)")
    }
    let missing = try run(["--in", "nowhere"], ["true"])
    #expect(missing.status == 125)
    #expect(missing.said == "larder: Cannot read the input 'nowhere': No such file or directory.\n")
    #expect(!FileManager.default.fileExists(atPath: kitchen.cache))
    // What it is shows only when the system is asked to run it.
    let bad = try run([], ["./bad"])
    #expect(bad.status == 126)
    #expect(bad.said == "larder: Cannot run './bad': the program that its first line names is not there.\n")
  }

  @Test("names are compared by their bytes, whatever Unicode makes of them")
  func spellings() throws {
    let (composed, decomposed) = ("\u{E9}", "e\u{301}")
    for (name, content) in [(composed, "1"), (decomposed, "2")] { _ = try kitchen.file(name, Array(content.utf8)) }
    let command = ["cat", composed, decomposed]
    #expect(try run(["-q"], command).text == "12")
    _ = try kitchen.file(decomposed, Array("3".utf8))
    #expect(try run(["-q"], command).text == "13")
    _ = try kitchen.file(composed, Array("4".utf8))
    #expect(try run(["-q", "--in", composed, "--in", decomposed], ["sh", "-c", "cat *\u{301} *\u{E9}"]).text == "34")
    _ = try kitchen.file(composed, Array("5".utf8))
    #expect(try run(["-q", "--in", composed, "--in", decomposed], ["sh", "-c", "cat *\u{301} *\u{E9}"]).text == "35")
    let outputs = ["-q", "--out", "o" + composed, "--out", "o" + decomposed]
    let writing = ["sh", "-c", "echo a > o\(composed); echo b > o\(decomposed)"]
    for _ in 0..<2 {
      #expect(try run(outputs, writing).status == 0)
      for (name, content) in [(composed, "a\n"), (decomposed, "b\n")] {
        let place = kitchen.path + "/o" + name
        #expect(try kitchen.content(place) == Array(content.utf8))
        try FileManager.default.removeItem(atPath: place)
      }
    }
  }

  @Test(
    "files are found in words: behind =, @ and the letter of an option",
    arguments: ["rows", "--from=rows", "a=b=rows", "@rows", "--list=@rows", "-frows"])
  func found(_ word: String) throws {
    _ = try kitchen.file("rows", Array("1".utf8))
    let command = ["sh", "-c", "cat rows", "sh", word]
    #expect(try run(["-q"], command).text == "1")
    _ = try kitchen.file("rows", Array("2".utf8))
    #expect(try run(["-q"], command).text == "2")
  }

  @Test("what comes through a pipe, and what may not be read, is never taken for known")
  func unknowable() throws {
    let substitution = { (word: String) in
      ["bash", "-c", "\"$larder\" run -- cat <(echo \(word)); \"$larder\" run -n -- cat <(echo \(word))"]
    }
    for word in ["one", "two"] {
      let outcome = try kitchen.program(substitution(word))
      #expect(outcome.text == word + "\n" && outcome.status == 1)
      #expect(outcome.said.contains("Not kept: '/dev/fd/63' is a pipe"), "\(outcome.said)")
    }
    #expect(try run(["-q"], ["head", "-c", "3", "/dev/zero"]).status == 0)
    #expect(try isKept([], ["head", "-c", "3", "/dev/zero"]))
    // A file whose size does not tell what it holds has no key.
    let strange = try run([], ["wc", "-l", "/proc/self/status"])
    #expect(strange.status == 0 && strange.said.contains("Not kept: The input file '/proc/self/status' holds more"))
  }

  @Test("what lay at a result before is not part of the key, and that is said, unless it is an input too")
  func overwritten() throws {
    _ = try kitchen.file("f", Array("a\n".utf8))
    let command = ["sed", "-i", "s/$/x/", "f"]
    let outcome = try run(["--out", "f"], command)
    #expect(outcome.said.contains("Not part of the key: f (named with --out)."), "\(outcome.said)")
    for content in ["a", "b"] {
      _ = try kitchen.file("f", Array((content + "\n").utf8))
      #expect(try run(["--in", "f", "--out", "f"], command).said == "")
      #expect(try kitchen.content(kitchen.path + "/f") == Array((content + "x\n").utf8))
    }
  }

  @Test("a file that is called like the program can be an input, as it is called and by its path")
  func namesake() throws {
    _ = try kitchen.file("cat", Array("1".utf8))
    #expect(try run(["-q", "--in", "./cat"], ["cat", "cat"]).text == "1")
    _ = try kitchen.file("cat", Array("2".utf8))
    #expect(try run(["-q", "--in", "./cat"], ["cat", "cat"]).text == "2")
    #expect(try run(["-q"], ["cat", "cat"]).text == "2")
    _ = try kitchen.file("cat", Array("3".utf8))
    #expect(try run(["-q"], ["cat", "cat"]).text == "3")
  }

  @Test("what cannot be a result, or a time, is refused before anything runs")
  func refused() throws {
    for path in [".", "..", "/", "a/..", "./"] {
      let outcome = try run(["--out", path], ["touch", "ran"])
      #expect(
        outcome.status == 64 && outcome.said.hasPrefix("larder: '--out \(path)' cannot be restored."), "\(outcome.said)"
      )
    }
    #expect(try run(["--timeout", "0s"], ["touch", "ran"]).status == 64)
    #expect(!FileManager.default.fileExists(atPath: kitchen.path + "/ran"))
  }

  @Test("who says how long to wait does not wait longer for somebody who runs the same")
  func limitedWait() throws {
    let command = ["sh", "-c", "sleep 3; echo done"]
    let holder = try kitchen.start(kitchen.larderRun(["-q"], command))
    usleep(800_000)
    let begun = Date()
    #expect(try run(["-q", "--timeout", "300ms"], command).status == 124)
    #expect(Date().timeIntervalSince(begun) < 2)
    #expect(try holder.wait().text == "done\n")
  }

  @Test("a directory that leads above the root is one at the root")
  func aboveRoot() throws {
    kitchen.environment["LARDER_DIR"] = "/../.." + kitchen.path + "/deep/../other"
    #expect(try run(["-q"], ["echo", "x"]).text == "x\n")
    #expect(try isKept([], ["echo", "x"]))
    #expect(FileManager.default.fileExists(atPath: kitchen.path + "/other/larder.json"))
  }

  @Test("standard input that the command was not given is told of")
  func unusedInput() throws {
    let input = try kitchen.file("stdin", [0x31])
    let outcome = try run([], ["cat"], input: input)
    #expect(outcome.text == "" && outcome.said.contains("Standard input was not given to the command."))
    #expect(try run(["--in", "-"], ["cat"], input: input).said == "")
  }
}
