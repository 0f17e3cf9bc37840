extension Command {
  static let show = Command(
    "show", "Show one entry whole",
    usage: ["show [OPTION…] KEY"],
    discussion: [
      "The call with its arguments as far as they were kept, the blob and the files of a directory, what it took to "
        + "compute, how often it was used and how long it is kept. KEY may be the first 8 or more digits where only one "
        + "key begins with them; larder ls shows 12.",
      "Of a directory the first 10 names are shown, and with --verbose all of them.",
    ],
    operand: Operand("KEY", .keyPrefix, 1...1),
    statuses: [
      (.no, "no entry has the key"),
      (.badInput, "several keys begin so"),
      (.noCache, "there is no cache"),
      (.unavailable, "the index cannot be read"),
    ],
    examples: [
      ("larder show 9f3c1e04", "an entry by the beginning of its key"),
      ("larder show --json 9f3c1e04", "the same as one object"),
    ],
    alsoKnownAs: ["describe", "inspect", "view", "entry"],
    run: showEntry)
}
