extension Command {
  static let diff = Command(
    "diff", "Show what differs between two calls",
    usage: ["diff [OPTION…] KEY KEY"],
    discussion: [
      "Function, version, namespace, arguments and environment are compared; where both values of an argument were kept, "
        + "the place in it is named. With --values so are the artifacts: digest and size, and of directories each file.",
      "A KEY may be the first 8 or more digits where only one key begins with them.",
    ],
    groups: [
      OptionGroup(
        "Options",
        [
          Option(
            flag: "values", "Compare the artifacts too; of directories each file",
            alsoKnownAs: ["content", "contents", "artifacts", "files"])
        ])
    ],
    operand: Operand("KEY", .keyPrefix, 2...2),
    statuses: [
      (.done, "they are equal"),
      (.no, "they differ"),
      (.badInput, "no entry has one of the keys, or several begin so"),
      (.noCache, "there is no cache"),
      (.unavailable, "the index cannot be read"),
    ],
    examples: [
      ("larder diff 9f3c1e04 41ab77c0", "why are these two calls not one?"),
      ("larder diff --values 9f3c1e04 41ab77c0", "did it change the result?"),
    ],
    alsoKnownAs: ["compare", "cmp"],
    run: compareCalls)
}
