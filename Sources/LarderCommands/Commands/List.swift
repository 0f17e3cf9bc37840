extension Command {
  static let list = Command(
    "ls", "List entries",
    usage: ["ls [OPTION…]"],
    groups: [
      OptionGroup(
        "Options",
        [
          Option(
            "function", short: "f", .glob, "GLOB",
            "Only functions whose names fit: * any characters, ? one, [a-z] a set",
            completes: .functionNames, alsoKnownAs: ["name", "fn", "func"]),
          Option(
            "arg", .jsonPair(plainText: "Plain text is written so: --arg 'NAME=\"text\"'."), "NAME=JSON",
            "Only calls with this argument", repeatable: true,
            alsoKnownAs: ["argument", "param"]),
          Option(
            "tag", .textNotEmpty, "TAG", "Only entries with this tag; given twice, with both", repeatable: true,
            completes: .tags, alsoKnownAs: ["label", "tags"]),
          Option(
            "sort", .choice(["cost", "size", "age", "score"]), "ORDER",
            "cost, size, age or score; the most costly, largest, oldest or most valuable first",
            alsoKnownAs: ["order", "order-by", "sort-by"]),
          Option(
            "limit", .integer(1...Int64.max), "COUNT", "At most so many", alsoKnownAs: ["max", "count", "head", "top"]),
        ])
    ],
    rules: [.distinctNames(["arg"])],
    statuses: [(.no, "nothing fits"), (.noCache, "there is no cache")],
    examples: [
      ("larder ls --function 'train/*' --sort cost --limit 10", "what would take longest to compute again"),
      ("larder ls --json", "one JSON object on each line"),
    ],
    alsoKnownAs: ["list", "entries", "find", "ll"],
    run: listEntries)
}
