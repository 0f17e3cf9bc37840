internal import Larder

extension Command {
  static let initialize = Command(
    "init", "Make a cache with choices of your own",
    usage: ["init [OPTION…]"],
    discussion: [
      "Other commands that write make a cache with the defaults, so this one is needed only to choose. "
        + "The choices are kept in the cache and hold for everybody who uses it. What is not chosen is taken from the "
        + "variables and settings files, as it is by a command that makes a cache because there is none.",
      "Where the user has none yet, it also makes the pepper that secret arguments are hashed with, and says so.",
    ],
    groups: [
      OptionGroup(
        "Options",
        [
          Option(
            "index", .choice([IndexKind.sqlite.address]), "URL", "Where entries are kept: sqlite:",
            variable: true, files: .user),
          StorageOptions.encoding,
          Option(
            "durability", .choice(["fast", "durable"]), "LEVEL",
            "fast: a power cut may lose the newest entries; durable: it loses none", variable: true,
            files: .all, alsoKnownAs: ["sync", "fsync"]),
          Option(
            "max-size", .size, "SIZE", "The most it may hold, such as 20GiB, and 0 for no limit; 10GiB without it",
            variable: true, files: .all, alsoKnownAs: ["limit", "maximum-size", "quota"]),
        ])
    ],
    statuses: [(.cannotCreate, "the cache cannot be made there, or there is one already")],
    examples: [
      ("larder init", "with the defaults, in the default directory"),
      ("larder init --dir results.larder --durability durable", "a cache that survives a power cut whole"),
      ("larder init --max-size 200GiB", "room for more than the 10 GiB that a cache has by default"),
    ],
    alsoKnownAs: ["create", "new", "setup", "initialize"],
    run: makeCache)
}
