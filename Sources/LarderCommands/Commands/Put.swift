extension Command {
  static let put = Command(
    "put", "Store standard input, a file or a directory, and print its key",
    usage: ["put [OPTION…] KEY", "put [OPTION…] --function NAME[@VERSION] [--arg NAME=JSON]…"],
    discussion: [
      "What is stored lies under a KEY, or under the key of a call: a function and its arguments. The key is printed "
        + "when everything is stored, and not before."
    ],
    groups: [
      OptionGroup(
        "Options",
        [
          Option(
            "input", short: "i", .path, "PATH", "The file or directory to store; without it, or with -, standard input",
            alsoKnownAs: ["in", "from", "input-file"]),
          Option(
            "ttl", .duration, "DURATION", "Forget it after this time: 250ms, 10s, 5m, 2h, 7d",
            alsoKnownAs: ["expire", "expires", "max-age", "lifetime"]),
          Option(
            "tag", .textNotEmpty, "TAG", "Mark it, to find it again", repeatable: true,
            completes: .tags, alsoKnownAs: ["label", "tags"]),
          Option(
            "cost", .duration, "DURATION", "What it took to compute: the time that each later use saves",
            alsoKnownAs: ["duration", "took"]),
          Option(
            flag: "if-absent", "Keep what is there already",
            alsoKnownAs: ["no-clobber", "keep", "no-overwrite", "skip-existing"]),
          StorageOptions.encoding,
        ]),
      CallOptions.group,
    ],
    operand: Operand("KEY", .key, 0...1),
    rules: CallOptions.rules + [
      .exactlyOne(
        [.operands("KEY"), .option("function")],
        missing: "Say what to store it under: a KEY, or a call with --function.")
    ],
    statuses: [
      (.badInput, "an argument or the input cannot be stored"),
      (.cannotCreate, "there is no cache and none can be made"),
      (.inputOutput, "reading or writing failed, or the disk is full"),
    ],
    examples: [
      ("make-report | larder put --function report@2 --arg year=2026", "store the output of a command"),
      ("larder put --function train --file data=rows.csv --input model/", "store a directory"),
    ],
    alsoKnownAs: ["add", "store", "set", "save", "write", "insert", "push"],
    run: put)
}
