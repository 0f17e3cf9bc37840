extension Command {
  static let health = Command(
    "health", "Say whether the cache is well, for a monitor",
    usage: ["health [OPTION…]"],
    discussion: [
      "One line for each check, with ok, warn or fail: whether the index opens and is sound by its quick check, the size "
        + "against the limit, the free space of the disk, how much was verified when, misses because of damaged or missing "
        + "blobs, failures that were kept from jobs, and what lies in quarantine or was left while it was written.",
      "It reads no blob and writes nothing. A warning comes well before a failure: at half of --max-residue, at twice "
        + "--min-free, at the first damaged blob; what is verified too late fails at twice --max-verified-age.",
    ],
    groups: [
      OptionGroup(
        "Thresholds",
        [
          Option(
            "max-fill", .integer(1...1_000_000), "PERCENT", "Fail above this part of the limit; 110 without it",
            alsoKnownAs: ["fill"]),
          Option(
            "min-free", .size, "SIZE", "Fail below this free space of the disk; 1GiB without it", alsoKnownAs: ["free"]),
          Option(
            "max-verified-age", .duration, "DURATION",
            "Warn when a part was verified longer ago, fail at twice that; 30d without it",
            alsoKnownAs: ["max-age", "verified"]),
          Option(
            "max-damaged", .integer(0...Int64.max), "COUNT",
            "Fail above so many misses of what is damaged or gone; 10 without it", alsoKnownAs: ["max-corrupt"]),
          Option(
            "max-failures", .integer(0...Int64.max), "COUNT",
            "Fail above so many failures that were kept from jobs; 10 without it"),
          Option(
            "max-residue", .size, "SIZE",
            "Fail above this size of the quarantine and of what was left; 1GiB without it",
            alsoKnownAs: ["max-quarantine"]),
          Option(
            "period", .duration, "DURATION", "Count misses and failures of so long; 7d without it",
            alsoKnownAs: ["since", "last"]),
          Option(flag: "strict", "A warning is a problem too"),
        ])
    ],
    statuses: [
      (.done, "nothing fails"),
      (.problems, "something fails, or with --strict is warned of"),
      (.noCache, "there is no cache"),
    ],
    examples: [
      ("larder health --quiet --strict", "a word only when something is not well"),
      ("larder health --json --min-free 20GiB", "one object for a monitor"),
    ],
    alsoKnownAs: ["ping", "alive", "monitor"],
    run: checkHealth)
}
