internal import Foundation
internal import LarderSystem
internal import Testing

@Suite("The program itself")
struct ProcessTests {
  let kitchen: Kitchen

  init() throws { kitchen = try Kitchen() }

  @Test("words and variables arrive, data goes to standard output and the status to the caller")
  func arrives() throws {
    #expect(try kitchen.shell("LARDER_DIR=/é $larder dir") == Outcome(status: 0, output: "/é\n", messages: ""))
    let wrong = "larder: Unknown command 'rm'. Did you mean 'remove'?\n"
    #expect(try kitchen.shell("$larder rm") == Outcome(status: 64, output: "", messages: wrong))
    #expect(try kitchen.shell("env -i $larder dir -d /x") == Outcome(status: 0, output: "/x\n", messages: ""))
    #expect(try kitchen.shell("cd / && $larder dir -d x") == Outcome(status: 0, output: "/x\n", messages: ""))
  }

  @Test("a word that is not UTF-8 is refused instead of being changed into another")
  func notUTF8() throws {
    let outcome = try kitchen.shell(#"$larder key -f "$(printf 'a\377')""#)
    let message = "larder: Word 3 of the command line, 'a\u{FFFD}', is not UTF-8. Larder takes no other names.\n"
    #expect(outcome == Outcome(status: 64, output: "", messages: message))
  }

  @Test("with --wait it gives up as soon as it was told to when others hold what it needs")
  func wait() throws {
    #expect(kitchen.run("init").status == 0)
    let locks = try Descriptor(kitchen.cache + "/locks", .readWrite)
    #expect(try locks.tryLock(.exclusive, at: 0))
    // The end of a program that waits for as long as it does without the option is another one.
    for line in ["timeout 15 $larder ls --wait 100ms", "LARDER_WAIT=0s timeout 15 $larder ls"] {
      let outcome = try kitchen.shell(line)
      #expect(outcome.status == 75 && outcome.messages.contains("by another process"), "\(outcome)")
    }
  }

  @Test("a reader that has gone ends the program quietly, with the status that a shell shows for others")
  func readerGone() throws {
    // The pipe's reader closes it before it lets the program start.
    let line = "mkfifo $dir/go; { read go < $dir/go; $larder help; echo $? >&2; } | { exec <&-; echo > $dir/go; }"
    #expect(
      try kitchen.shell("dir=$(mktemp -d); \(line); rm -r $dir") == Outcome(status: 0, output: "", messages: "141\n"))
  }

  @Test("who has seen enough of a verification may go")
  func verifiedEnough() throws {
    for number in 0..<40 {
      #expect(
        kitchen.run(["put", "-f", "f", "--arg", "n=\(number)"], input: bytes(9000, seed: UInt64(number))).status == 0)
    }
    let blobs = try FileManager.default.subpathsOfDirectory(atPath: kitchen.cache + "/blobs").filter {
      $0.contains(".")
    }
    for blob in blobs { try FileManager.default.removeItem(atPath: kitchen.cache + "/blobs/" + blob) }
    let seen = try kitchen.shell("{ $larder verify -v -d cache; echo $? >&2; } | head -n 1")
    #expect(seen.output.hasPrefix("Checking 40 entries") && ["4\n", "141\n"].contains(seen.messages), "\(seen)")
    let gone =
      "mkfifo $dir/go; { read go < $dir/go; $larder verify -d cache; echo $? >&2; } | { exec <&-; echo > $dir/go; }"
    #expect(
      try kitchen.shell("dir=$(mktemp -d); \(gone); rm -r $dir")
        == Outcome(status: 0, output: "", messages: "141\n"))
    #expect(try kitchen.shell("$larder verify -q --repair -d cache").status == 0)
  }

  @Test("a full device is an error of status 74", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDevice() throws {
    let message = "larder: Cannot write to standard output: No space left on device. Send it somewhere else.\n"
    #expect(try kitchen.shell("$larder help > /dev/full") == Outcome(status: 74, output: "", messages: message))
  }

  @Test("providers that the configuration of OpenSSL names are not loaded: a program without shared libraries cannot")
  func configurationOfOpenSSL() throws {
    let configuration = """
      openssl_conf = all
      [all]
      providers = named
      alg_section = nonsense
      [named]
      legacy = legacy
      [legacy]
      activate = 1
      """
    _ = try kitchen.file("openssl.cnf", Array(configuration.utf8))
    let outcome = try kitchen.shell(
      "export OPENSSL_CONF=$PWD/openssl.cnf; echo 1 | $larder put -qf f && $larder get -f f")
    #expect(outcome.status == 0 && outcome.output.hasSuffix("1\n"), "\(outcome)")
  }

  @Test("closed standard streams are never taken for files of the cache")
  func closedStreams() throws {
    let message = "larder: Cannot write to standard output: Bad file descriptor. Send it somewhere else.\n"
    #expect(try kitchen.shell("$larder dir >&-") == Outcome(status: 74, output: "", messages: message))
    #expect(try kitchen.shell("$larder rm 2>&-") == Outcome(status: 64, output: "", messages: ""))
    #expect(try kitchen.shell("$larder dir -d /x <&- 2>&-") == Outcome(status: 0, output: "/x\n", messages: ""))
  }
}
