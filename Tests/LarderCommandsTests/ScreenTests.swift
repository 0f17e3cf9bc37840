internal import LarderCommands
internal import Testing

@Suite("What people see on a terminal")
struct ScreenTests {
  let kitchen: Kitchen

  init() throws {
    kitchen = try Kitchen()
    let long = "train/" + String(repeating: "x", count: 120)
    for function in [long, "short"] { #expect(kitchen.run(["put", "-f", function], input: [1]).status == 0) }
  }

  private func screen(_ line: String, columns: Int = 80, _ variables: [String: String] = ["TERM": "xterm"]) -> String {
    let output = ByteOutput(.screen(columns: columns))
    return larder(words(line), environment: kitchen.environment.merging(variables) { $1 }, output: output).output
  }

  private static let escape = "\u{1B}["

  @Test("lists fit the terminal, and are whole in a pipe", arguments: [80, 120])
  func width(_ columns: Int) {
    for line in ["ls", "ls -v", "status"] {
      let lines = screen(line + " --color never", columns: columns).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= columns || $0.hasPrefix("Saved") }, "\(lines)")
      #expect(line == "status" || lines.contains { $0.hasSuffix("…") })
    }
    let whole = kitchen.run("ls").output
    #expect(whole.contains(String(repeating: "x", count: 120)) && !whole.contains("…"))
  }

  @Test("colour is for terminals, and for who has not asked for none")
  func colour() {
    let escape = Self.escape
    #expect(screen("status").hasPrefix("\(escape)1mSaved 0 s"))
    #expect(screen("health").contains("  \(escape)32mok\(escape)0m"))
    #expect(screen("ls").hasPrefix("\(escape)1mKEY"))
    for (line, variables) in [
      ("status", ["NO_COLOR": "1", "TERM": "xterm"]), ("status", ["TERM": "dumb"]),
      ("status --color never", ["TERM": "xterm"]), ("status", ["LARDER_COLOR": "never"]),
      ("status --json", ["TERM": "xterm"]),
    ] {
      #expect(!screen(line, variables).contains(escape), "\(line)")
    }
    #expect(screen("status", ["NO_COLOR": "", "TERM": "xterm"]).contains(escape))
    #expect(screen("status --color always", ["NO_COLOR": "1"]).contains(escape))
    #expect(!kitchen.run("status").output.contains(escape))
    #expect(kitchen.run("status --color always").output.contains(escape))
  }

  @Test("without its colours a screen says the same", arguments: ["status", "health", "verify", "ls", "config"])
  func same(_ line: String) {
    let plain = screen(line + " --color never")
    var coloured = screen(line + " --color always")
    for code in ["0", "1", "31", "32", "33"] {
      coloured = coloured.split(separator: "\(Self.escape)\(code)m", omittingEmptySubsequences: false).joined()
    }
    // The others tell the time, or the colour.
    if ["status", "ls"].contains(line) { #expect(coloured == plain) }
    #expect(!coloured.contains(Self.escape))
  }
}
