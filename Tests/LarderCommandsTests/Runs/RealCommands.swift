/// A command as it is used every day.
struct RealCommand: CustomStringConvertible, Sendable {
  let words: [String]
  var outputs: [String] = []
  /// A file of the workshop that it reads from standard input.
  var input: String?
  /// Directories that it reads.
  var trees: [String] = []

  var description: String { words.joined(separator: " ") }

  var options: [String] {
    outputs.flatMap { ["--out", $0] } + trees.flatMap { ["--in", $0] } + (input == nil ? [] : ["--in", "-"])
      + ["--cache-failures"]
  }

  static func sh(_ script: String, outputs: [String] = [], input: String? = nil) -> RealCommand {
    RealCommand(words: ["sh", "-c", script], outputs: outputs, input: input)
  }

  /// What lies in the directory in which they run.
  static let workshop: [(name: String, content: String, isExecutable: Bool)] = [
    ("rows.csv", (0..<2000).map { "\($0 * 7919 % 2000),row \($0),\($0 % 13)\n" }.joined(), false),
    (
      "hello.c",
      "#include <stdio.h>\nint main(int n, char **v) { fprintf(stderr, \"to %s\\n\", v[n - 1]); return puts(\"hello\") < 0; }\n",
      false
    ),
    ("broken.c", "int main(void) { return nothing; }\n", false),
    ("count.awk", "BEGIN { FS = \",\" } { sum[$3] += $1 } END { for (k in sum) print k, sum[k] }\n", false),
    (
      "report.py",
      """
      import collections, sys
      rows = [line.rstrip("\\n").split(",") for line in open(sys.argv[1])]
      print(sorted(collections.Counter(row[2] for row in rows).items()))
      print("read", len(rows), file=sys.stderr)
      sys.exit(3)

      """, false
    ),
    ("both.sh", "#!/bin/sh\nfor i in 1 2 3 4 5 6 7 8; do echo out $i; echo err $i >&2; done\n", true),
    ("unmarked", "echo no mark \"$1\"\n", true), ("tree/a/one", "1\n", false), ("tree/b", "2\n", true),
    ("empty", "", false),
  ]

  static let all: [RealCommand] = [
    RealCommand(words: ["sort", "-t,", "-k1n", "rows.csv"]), RealCommand(words: ["sort", "-r"], input: "rows.csv"),
    RealCommand(words: ["awk", "-f", "count.awk", "rows.csv"]),
    RealCommand(words: ["awk", "-F,", "NR % 100 == 0 { print $2 > \"/dev/stderr\" } { print $1 }", "rows.csv"]),
    RealCommand(words: ["cut", "-d,", "-f2", "rows.csv"]), RealCommand(words: ["wc", "rows.csv", "empty"]),
    RealCommand(words: ["grep", "-c", "row 1", "rows.csv"]), RealCommand(words: ["grep", "nowhere", "rows.csv"]),
    RealCommand(words: ["sed", "-n", "5,7p", "rows.csv"]), RealCommand(words: ["tr", "a-z", "A-Z"], input: "rows.csv"),
    RealCommand(words: ["head", "-c", "1000", "rows.csv"]), RealCommand(words: ["cat"], input: "empty"),
    RealCommand(words: ["sha256sum", "rows.csv", "hello.c"]), RealCommand(words: ["od", "-c", "hello.c"]),
    RealCommand(words: ["cmp", "hello.c", "broken.c"]), RealCommand(words: ["diff", "hello.c", "broken.c"]),
    RealCommand(words: ["split", "-l", "500", "rows.csv", "parts/x"], outputs: ["parts"]),
    RealCommand(
      words: ["tar", "-c", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "tree"], trees: ["tree"]),
    RealCommand(
      words: ["tar", "-cf", "tree.tar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "tree"],
      outputs: ["tree.tar"], trees: ["tree"]),
    RealCommand(words: ["gzip", "-nkc", "rows.csv"]),
    RealCommand(words: ["gcc", "-c", "hello.c", "-o", "hello.o"], outputs: ["hello.o"]),
    RealCommand(words: ["gcc", "hello.c", "-o", "hello"], outputs: ["hello"]),
    RealCommand(words: ["gcc", "-c", "broken.c", "-o", "/dev/null"]),
    RealCommand(words: ["python3", "report.py", "rows.csv"]),
    RealCommand(words: ["python3", "-c", "import sys; sys.stdout.buffer.write(bytes(range(256)) * 4096)"]),
    RealCommand(words: ["./both.sh"]), RealCommand(words: ["./unmarked", "word with space"]),
    .sh("exit 42"), .sh("kill -9 $$"), .sh("echo before; kill -TERM $$"), .sh("ls nowhere; echo after $?"),
    .sh("cat; echo done >&2", input: "rows.csv"), .sh("cat"),
    .sh("mkdir -p out/deep/empty; echo x > out/deep/f; chmod +x out/deep/f; ln -s deep/f out/l", outputs: ["out"]),
    .sh("printf made > made; cp -p both.sh copy", outputs: ["made", "copy"]),
    .sh("printf 'no end of line'"), .sh("head -c 300000 /dev/zero; echo big >&2"), .sh(":"),
  ]
}
