extension Command {
  static let list = Command(
    "ls", "List entries",
    usage: ["ls [OPTION…]"],
    groups: [
      OptionGroup(
        "Options",
        [
          SelectionOptions.function, SelectionOptions.argument, SelectionOptions.tag,
          Option(
            "sort", .choice(["cost", "size", "age", "score"]), "ORDER",
            "cost, size, age or score; the most costly, largest, oldest or most valuable first",
            alsoKnownAs: ["order", "order-by", "sort-by"]),
          Option(
            "limit", .integer(1...Int64.max), "COUNT", "At most so many", alsoKnownAs: ["max", "count", "head", "top"]),
          Option(flag: "expired", "Only those whose time is up", alsoKnownAs: ["stale", "outdated"]),
          Option(
            flag: "superseded", "Only those of another version than the one of their function that was stored last",
            alsoKnownAs: ["old-versions", "obsolete"]),
        ])
    ],
    rules: [.distinctNames(["arg"])],
    statuses: [(.no, "nothing fits"), (.noCache, "there is no cache")],
    examples: [
      ("larder ls --function 'train/*' --sort cost --limit 10", "what would take longest to compute again"),
      ("larder ls --superseded --sort size", "what older versions of functions left behind"),
      ("larder ls --json", "one JSON object on each line"),
    ],
    alsoKnownAs: ["list", "entries", "find", "ll"],
    run: listEntries)
}
