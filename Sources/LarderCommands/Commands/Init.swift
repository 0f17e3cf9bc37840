extension Command {
  static let initialize = Command(
    "init", "Make a cache with choices of your own",
    usage: ["init [OPTION…]"],
    discussion: [
      "Other commands that write make a cache with the defaults, so this one is needed only to choose. "
        + "The choices are kept in the cache and hold for everybody who uses it."
    ],
    groups: [
      OptionGroup(
        "Options",
        [
          Option("index", .choice(["sqlite:"]), "URL", "Where entries are kept: sqlite:", variable: true),
          StorageOptions.encoding,
          Option(
            "durability", .choice(["fast", "durable"]), "LEVEL",
            "fast: a power cut may lose the newest entries; durable: it loses none", variable: true,
            alsoKnownAs: ["sync", "fsync"]),
        ])
    ],
    statuses: [(.cannotCreate, "the cache cannot be made there, or there is one already")],
    examples: [
      ("larder init", "with the defaults, in the default directory"),
      ("larder init --dir results.larder --durability durable", "a cache that survives a power cut whole"),
    ],
    alsoKnownAs: ["create", "new", "setup", "initialize"],
    run: makeCache)
}
