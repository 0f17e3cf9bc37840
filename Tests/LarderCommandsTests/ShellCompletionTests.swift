internal import Foundation
internal import Testing

private func isThere(_ program: String) -> Bool {
  ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + program) }
}

/// Real shells, in which somebody types a line as far as a tab.
@Suite("Completion in the shells themselves")
struct ShellCompletionTests {
  let kitchen: Kitchen

  init() throws {
    kitchen = try Kitchen()
    _ = kitchen.run("put -f train/fold@7 --tag nightly --dir \(kitchen.path)/c", input: [1])
    _ = kitchen.run(["put", "-f", "noise", "--tag", "two words", "--dir", kitchen.path + "/c"], input: [2])
    for name in ["bin/zz-tool", "work.sh"] { _ = try kitchen.file(name, [], permissions: 0o755) }
    for name in ["data.csv", "datadir/x", "two words/x"] { _ = try kitchen.file(name, [1]) }
  }

  /// What is typed, and the line that is there behind the tab.
  private static let lines: [(typed: String, line: String)] = [
    ("larder stat", "larder status "),
    ("larder put --enc", "larder put --encoding "),
    ("larder put --encoding=z", "larder put --encoding=zstd "),
    ("larder ls --sort a", "larder ls --sort age "),
    ("larder completion z", "larder completion zsh "),
    ("larder get -d c -f tr", "larder get -d c -f train/fold@7 "),
    ("larder get -d c -f train/fold@", "larder get -d c -f train/fold@7 "),
    ("larder get --dir=c --function=no", "larder get --dir=c --function=noise "),
    ("larder ls -d ~/../c -f no", "larder ls -d ~/../c -f noise "),
    ("larder ls -d c --tag tw", #"larder ls -d c --tag two\ words "#),
    ("larder key --env ONLY_H", "larder key --env ONLY_HERE "),
    ("larder put --file rows=data.", "larder put --file rows=data.csv "),
    ("larder get -o data.", "larder get -o data.csv "),
    ("larder ls --dir=data", "larder ls --dir=datadir/"),
    ("larder help conf", "larder help config "),
    ("larder run zz-t", "larder run zz-tool "),
    ("larder run -q --in data.csv -- zz-t", "larder run -q --in data.csv -- zz-tool "),
    ("larder run ./work", "larder run ./work.sh "),
    ("larder run -- cat data.", "larder run -- cat data.csv "),
  ]

  /// Runs a script of a shell in the kitchen, and gives what it prints.
  private func run(_ shell: [String], _ script: String) throws -> String {
    let place = try kitchen.file("script", Array(script.utf8))
    let programs = URL(fileURLWithPath: Kitchen.executable).deletingLastPathComponent().path
    return try kitchen.program(
      ["timeout", "-k", "5", "60"] + shell + [place],
      environment: [
        "PATH": "\(programs):\(kitchen.path)/bin:/usr/local/bin:/usr/bin:/bin", "TERM": "xterm", "ONLY_HERE": "1",
      ]
    ).text
  }

  /// The lines between `<` and `>`.
  private func shown(_ output: String) -> [String] {
    output.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("<") && $0.hasSuffix(">") }
      .map { String($0.dropFirst().dropLast()) }
  }

  @Test("bash", .enabled(if: isThere("bash") && isThere("script"), "bash or script(1) is not installed"))
  func bash() throws {
    _ = try kitchen.file(
      "rc",
      Array(
        #"""
        PS1=
        source <(larder completion bash)
        show() { printf '\n<%s>\n' "$READLINE_LINE"; READLINE_LINE=; READLINE_POINT=0; }
        bind -x '"\C-t": show'
        bind 'set bell-style none'
        bind 'set enable-bracketed-paste off'

        """#.utf8))
    // Control-T shows the line and empties it.
    let typed = Self.lines.map { $0.typed + "\\t\\x14" }.joined()
    let output = try run(
      ["bash"], "printf '\(typed)exit\\r' | script -qec 'bash --noprofile --rcfile rc -i' /dev/null")
    #expect(shown(output) == Self.lines.map(\.line), "\(output)")
  }

  @Test("zsh", .enabled(if: isThere("zsh"), "zsh is not installed"))
  func zsh() throws {
    let typed = Self.lines.map { "'\($0.typed)'" }.joined(separator: " ")
    let output = try run(
      ["zsh", "-f"],
      #"""
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z 'PS1=; RPS1=; autoload -U compinit; compinit -u -D; source <(larder completion zsh); unsetopt beep'
      zpty -w z 'show() { print; print -r -- "<$BUFFER>"; BUFFER= }; zle -N show; bindkey "^T" show; stty -echo'
      for line in \#(typed); do
        zpty -w -n z "$line"$'\t\x14'
        zpty -r -m z out $'*\n<*>*'
        print -r -- ${(M)${(f)out}:#\<*}
      done
      zpty -d z

      """#)
    #expect(shown(output) == Self.lines.map(\.line), "\(output)")
  }

  @Test("fish", .enabled(if: isThere("fish"), "fish is not installed"))
  func fish() throws {
    let typed = Self.lines.map { "'\($0.typed)'" }.joined(separator: " ")
    let output = try run(
      ["fish", "-N"],
      #"""
      larder completion fish | source
      for line in \#(typed)
        echo "<"(complete -C "$line" | string replace -r '\t.*' '')">"
      end

      """#)
    // fish names the last word alone.
    #expect(shown(output) == Self.lines.map(last), "\(output)")
    #expect(
      try run(["fish", "-N"], "larder completion fish | source; complete -C 'larder put --enc'").hasPrefix(
        "--encoding\tHow to store blobs: "))
  }

  /// The word that the tab completed.
  private func last(of line: (typed: String, line: String)) -> String {
    let start = line.typed.lastIndex(of: " ").map { line.typed.distance(from: line.typed.startIndex, to: $0) + 1 } ?? 0
    var word = String(line.line.dropFirst(start)).replacing("two\\ words", with: "two words")
    if word.hasSuffix(" ") { word.removeLast() }
    return word
  }
}
