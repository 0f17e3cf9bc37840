extension Command {
  static let status = Command(
    "status", "Show what the cache holds and what it saved",
    usage: ["status [OPTION…]"],
    discussion: ["The first number is the time of computation that the cache saved."],
    groups: [
      OptionGroup(
        "Options",
        [
          Option(
            "since", .duration, "DURATION", "Count from the day (UTC) that was 2h, 7d, … ago",
            alsoKnownAs: ["last", "period"]),
          Option(
            "function", short: "f", .glob, "GLOB",
            "Only functions whose names fit: * any characters, ? one, [a-z] a set",
            completes: .functionNames, alsoKnownAs: ["name", "fn", "func"]),
        ])
    ],
    statuses: [(.noCache, "there is no cache")],
    examples: [("larder status --since 7d", "the last week")],
    alsoKnownAs: ["info", "stats", "stat", "statistics", "summary", "du"],
    run: showStatus)
}
