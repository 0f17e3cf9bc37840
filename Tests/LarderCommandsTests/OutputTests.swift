internal import LarderCommands
internal import LarderSystem
internal import Testing

@Suite("What is shown")
struct OutputTests {
  @Test(
    "sizes have binary units and one digit",
    arguments: [
      (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1_048_575, "1.0 MiB"),
      (1_048_524, "1023.9 KiB"), (147_849_216, "141.0 MiB"), (150_155_264, "143.2 MiB"), (41_016_950_784, "38.2 GiB"),
      (.max, "8.0 EiB"), (-1536, "-1.5 KiB"), (.min, "-8.0 EiB"),
    ] as [(Int64, String)])
  func sizes(_ bytes: Int64, _ text: String) { #expect(HumanText.size(bytes) == text) }

  @Test(
    "durations have their two largest units",
    arguments: [
      (0, "0 s"), (1e-9, "< 1 µs"), (0.000_002, "2 µs"), (0.000_999_9, "1 ms"), (0.045, "45 ms"), (0.9994, "999 ms"),
      (0.9996, "1 s"), (3.24, "3.2 s"), (3, "3 s"), (9.96, "10 s"), (12.4, "12 s"), (59.6, "1 min"), (60, "1 min"),
      (185, "3 min 5 s"), (3599.7, "1 h"), (11_520, "3 h 12 min"), (86_399, "1 d"), (187_200, "2 d 4 h"),
      (1e9, "11,574 d 2 h"), (-45, "-45 s"), (.infinity, "–"), (.nan, "–"),
    ] as [(Double, String)])
  func durations(_ seconds: Double, _ text: String) { #expect(HumanText.duration(seconds: seconds) == text) }

  @Test(
    "moments are shown in UTC, exactly for machines and to the minute for people",
    arguments: [
      (0, "1970-01-01T00:00:00.000000000Z", "1970-01-01 00:00"),
      (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z", "2000-02-29 00:00"),
      (1_794_971_565_250_000_000, "2026-11-18T03:12:45.250000000Z", "2026-11-18 03:12"),
      (1_735_689_599_999_999_999, "2024-12-31T23:59:59.999999999Z", "2024-12-31 23:59"),
      (-1, "1969-12-31T23:59:59.999999999Z", "1969-12-31 23:59"),
      (-2_203_891_200_000_000_001, "1900-02-28T23:59:59.999999999Z", "1900-02-28 23:59"),
      (.max, "2262-04-11T23:47:16.854775807Z", "2262-04-11 23:47"),
      (.min, "1677-09-21T00:12:43.145224192Z", "1677-09-21 00:12"),
    ] as [(Int64, String, String)])
  func dates(_ nanoseconds: Int64, _ exact: String, _ minute: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == exact)
    #expect(Timestamp(nanoseconds: nanoseconds).minute == minute)
  }

  @Test("counts are grouped and have their plural")
  func counts() {
    #expect(HumanText.count(1, "entry", "entries") == "1 entry")
    #expect(HumanText.count(0, "entry", "entries") == "0 entries")
    #expect(HumanText.count(12_408, "entry", "entries") == "12,408 entries")
    #expect(HumanText.grouped(999) == "999" && HumanText.grouped(-1_234_567) == "-1,234,567")
    #expect(HumanText.grouped(.min) == "-9,223,372,036,854,775,808")
  }

  @Test(
    "nothing that steers a terminal is shown as it is",
    arguments: [
      ("plain é 😀 \\", "plain é 😀 \\"), ("a\u{1B}[2J", "a\\x1b[2J"), ("a\r\nb\tc", "a\\r\\nb\\tc"),
      ("\u{0}\u{7F}", "\\x00\\x7f"), ("\u{9B}31m", "\\u{9b}31m"), ("a\u{202E}b", "a\\u{202e}b"),
      ("\u{2028}", "\\u{2028}"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
      ("a\u{200B}b\u{FEFF}", "a\\u{200b}b\\u{feff}"), ("\u{E0041}", "\\u{e0041}"), ("👩‍🔬", "👩‍🔬"),
    ])
  func controls(_ text: String, _ shown: String) { #expect(printable(text) == shown) }

  @Test("tables are aligned by what is seen, and cut to a width")
  func table() {
    var table = TextTable([.left, .right, .left])
    table.add(["orphan", "3 blobs", "never committed"])
    table.add(["日本", "12,408 blobs", "ok\n"])
    #expect(
      table.lines(indent: 2) == ["  orphan       3 blobs  never committed", "  日本    12,408 blobs  ok\\n"])
    #expect(table.lines(width: 32) == ["orphan       3 blobs  never com…", "日本    12,408 blobs  ok\\n"])
    #expect(TextTable([.left]).lines().isEmpty)
  }

  @Test("when the reader has gone, the command ends without a word and as others do")
  func brokenPipe() {
    let outcome = larder(["help"], output: ByteOutput(.failing(.brokenPipe)))
    #expect(outcome == Outcome(status: 141, output: "", messages: ""))
  }

  @Test("output that cannot be delivered is an error, not status 0")
  func fullDisk() {
    let outcome = larder(["help"], output: ByteOutput(.failing(.failed(reason: "No space left on device"))))
    #expect(outcome.status == 74)
    #expect(
      outcome.messages
        == "larder: Cannot write to standard output: No space left on device. Send it somewhere else.\n")
  }

  @Test("the statuses have the numbers of sysexits.h")
  func statuses() {
    let statuses: [LarderCommands.ExitStatus] = [
      .done, .no, .problems, .usage, .badInput, .noCache, .unavailable, .internalFault, .cannotCreate, .inputOutput,
      .busy, .refused, .configuration, .brokenPipe,
    ]
    #expect(statuses.map(\.number) == [0, 1, 4, 64, 65, 66, 69, 70, 73, 74, 75, 77, 78, 141])
  }
}
