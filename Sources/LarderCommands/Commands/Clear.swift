extension Command {
  static let clear = Command(
    "clear", "Remove a selection of entries",
    usage: ["clear [OPTION…] SELECTION", "clear --all [--namespace NS] --yes"],
    discussion: [
      "What is removed fits everything that is said: --function, --tag, --arg and --namespace. A result that is being "
        + "computed at this moment, from a lookup before it was removed, is not stored either.",
      "On a terminal it asks first, and says how much it is about. Elsewhere nobody can be asked, so --all needs --yes.",
    ],
    groups: [
      OptionGroup(
        "Selection",
        [
          SelectionOptions.function, SelectionOptions.argument, SelectionOptions.tag,
          Option(flag: "all", "Everything, or everything in the namespace", alsoKnownAs: ["everything"]),
        ])
    ],
    rules: [
      .atLeastOne(
        [.option("function"), .option("tag"), .option("arg"), .option("all")],
        missing: "Say what to clear: --function, --tag, --arg, or --all."),
      .atMostOne([.option("all"), .option("function")]), .atMostOne([.option("all"), .option("tag")]),
      .atMostOne([.option("all"), .option("arg")]), .distinctNames(["arg"]),
    ],
    statuses: [
      (.no, "nothing fits, or the answer was no"),
      (.noCache, "there is no cache"),
      (.unavailable, "the index cannot be read"),
      (.inputOutput, "reading or writing failed"),
      (.busy, "the index was held by others for too long"),
      (.refused, "the permissions forbid it"),
    ],
    examples: [
      ("larder clear --function 'train/*' --dry-run", "say how much would be removed"),
      ("larder clear --tag experiment --yes", "remove it without a question"),
    ],
    alsoKnownAs: ["purge", "clean", "wipe", "reset", "flush", "empty"],
    run: clearEntries)
}
