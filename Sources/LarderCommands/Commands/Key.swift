extension Command {
  static let key = Command(
    "key", "Print the key of a call without touching a cache",
    usage: ["key --function NAME[@VERSION] [--arg NAME=JSON]…"],
    discussion: [
      "Equal calls have equal keys in every process, on every machine and in every release. The contents of files and "
        + "directories are part of the key; their paths and times are not."
    ],
    groups: [
      OptionGroup(
        "Options", [Option(flag: "document", "Print the document that is hashed, in hexadecimal, instead of the key")]),
      CallOptions.group,
    ],
    rules: [
      .exactlyOne([.option("function")], missing: "Say which call: --function NAME, with its arguments.")
    ] + CallOptions.rules,
    statuses: [(.badInput, "an argument is wrong, or a file cannot be read")],
    examples: [("larder key --function report@2 --arg year=2026", "64 digits")],
    alsoKnownAs: ["hash", "digest", "derive"],
    run: printKey)
}
