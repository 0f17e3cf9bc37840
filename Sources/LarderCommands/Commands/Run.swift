extension Command {
  static let execute = Command(
    "run", "Run a command, or give what it gave before",
    usage: ["run [OPTION…] [--] COMMAND [WORD…]"],
    discussion: [
      "The command's standard output, standard error, exit status and the files and directories named with --out are kept. "
        + "The next time the same command is run on the same inputs, they come from the cache and nothing is run.",
      "What it depends on is the key: its words, and by their content the program itself, every file that is a word of the "
        + "command line or stands in one behind an '=', an '@' or the letter of an option, and whatever --in names. The "
        + "working directory and the environment are not part of it: add variables with --env. Directories are not looked into "
        + "unless --in names them. Standard input is empty unless it is given with --in -.",
      "A command that fails is not kept, unless --cache-failures says so; neither is one whose inputs changed meanwhile, that "
        + "was interrupted, or that wrote a file which stands on its command line and is not named with --out. When the "
        + "cache cannot be used the command is run all the same.",
      "The options of larder stand before the command. Signals are passed on to it, and if it ends by a signal, so does larder.",
    ],
    groups: [
      OptionGroup(
        "Inputs",
        [
          Option(
            "in", .path, "PATH", "It depends on the content of this file or directory; - is standard input",
            repeatable: true, alsoKnownAs: ["input", "depends-on", "dep", "inputs"]),
          CallOptions.environment,
          Option(
            flag: "no-auto-in", "Take no file into the key because it is a word of the command, nor the program itself"),
          CallOptions.portable,
          Option(
            "function", short: "f", .textNotEmpty, "NAME[@VERSION]",
            "What it is called in the cache; without it the name of the program", completes: .functions,
            alsoKnownAs: ["name", "fn", "func"]),
        ]),
      OptionGroup(
        "Results",
        [
          Option(
            "out", .path, "PATH", "A file or directory that the command writes; restored from the cache",
            repeatable: true, alsoKnownAs: ["output", "outputs", "o"]),
          Option(
            "cache-failures", .optionalDuration, "TTL", "Keep also what fails, for this time",
            alsoKnownAs: ["failures", "cache-errors"]),
          StorageOptions.timeToLive, StorageOptions.tag, StorageOptions.encoding,
          Option(flag: "no-store", "Give what is there, but keep nothing new"),
        ]),
      OptionGroup(
        "Running",
        [
          Option(
            flag: "check", "Run it in any case, and compare with what is stored",
            alsoKnownAs: ["compare", "verify"]),
          Option(
            "timeout", .duration, "DURATION", "End it after this time, with what it has started",
            alsoKnownAs: ["time-limit", "max-time"]),
        ]),
    ],
    operand: Operand("COMMAND", .text, 1...Int.max, completes: .command, isCommand: true),
    rules: [.atMostOne([.option("check"), .option("dry-run")])],
    statuses: [
      (.no, "with --dry-run: it would be run; with --check: what it gave differs from what is stored"),
      (.timedOut, "the command took longer than --timeout"),
      (.notRun, "larder itself failed: an input cannot be read, the command's output cannot be written"),
      (.notExecutable, "the command cannot be executed"),
      (.notFound, "there is no such command"),
    ],
    examples: [
      ("larder run -- sort -u rows.txt", "the second time from the cache, until rows.txt or sort changes"),
      ("larder run --out model.bin -- python3 train.py data.csv", "with a file that it writes"),
      ("larder run --in src --out build -- make", "with directories"),
      ("cat rows.txt | larder run --in - -- sort", "with standard input"),
    ],
    alsoKnownAs: ["exec", "cache", "memoize", "wrap", "do", "call"],
    run: runCommand)
}
