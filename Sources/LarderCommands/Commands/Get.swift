extension Command {
  static let get = Command(
    "get", "Write an artifact to standard output, a file or a directory",
    usage: ["get [OPTION…] KEY", "get [OPTION…] --function NAME[@VERSION] [--arg NAME=JSON]…"],
    discussion: [
      "The bytes are compared with their digest before the first of them is handed out. A file appears whole under its "
        + "name or not at all. KEY may be the first 8 or more digits where only one key begins with them."
    ],
    groups: [
      OptionGroup(
        "Options",
        [
          Option(
            "output", short: "o", .path, "PATH", "Write it there; a directory needs this. - is standard output",
            alsoKnownAs: ["out", "to", "output-file"])
        ]),
      CallOptions.group,
    ],
    operand: Operand("KEY", .keyPrefix, 0...1),
    rules: CallOptions.rules + [
      .exactlyOne(
        [.operands("KEY"), .option("function")], missing: "Say what to get: a KEY, or a call with --function.")
    ],
    statuses: [
      (.no, "a miss: it is not there, and nothing was written"),
      (.badInput, "an argument is wrong"),
      (.noCache, "there is no cache"),
      (.unavailable, "the index cannot be read"),
      (.inputOutput, "reading or writing failed, or the disk is full"),
      (.busy, "the index was held by others for too long"),
      (.refused, "the permissions forbid it"),
    ],
    examples: [
      ("larder get --function report@2 --arg year=2026 > report.html", "an artifact by its call"),
      ("larder get 9f3c1e04 --output model", "a directory by the beginning of its key"),
    ],
    alsoKnownAs: ["cat", "read", "fetch", "load", "extract", "restore", "pull"],
    run: Command.get)
}
