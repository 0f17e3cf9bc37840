extension ArgumentTable {
  /// The commands that look something up or store it, and the one that shows what holds for them.
  private static let lookups = ["run", "put", "get", "has", "config"]

  /// The command line of `larder`.
  package static let larder = ArgumentTable(
    program: "larder",
    summary: "Keeps results of expensive computations on disk and finds them again",
    globals: OptionGroup(
      "Options for every command",
      [
        Option(
          "dir", short: "d", .path, "DIR", "The cache's directory; without it the one that 'larder dir' prints",
          variable: true, files: .all, completes: .directories,
          alsoKnownAs: ["directory", "cache-dir", "cache", "path", "root"]),
        Option(
          "namespace", .text, "NS", "Keep the keys of this project or tenant apart from all others", variable: true,
          files: .all, alsoKnownAs: ["ns"]),
        Option(
          flag: "no-cache", "Find nothing and store nothing, as if there were no cache", variable: true, files: .all,
          commands: lookups),
        Option(
          flag: "refresh", "Find nothing, but store: old entries are replaced", variable: true,
          alsoKnownAs: ["force", "update"], commands: lookups),
        Option(
          "wait", .duration, "DURATION", "Wait so long for other processes before giving up; 30s without it",
          variable: true, files: .all, alsoKnownAs: ["lock-timeout", "patience"]),
        Option(flag: "read-only", "Change nothing in the cache, not even counters", variable: true, files: .all),
        Option(
          flag: "dry-run", short: "n", "Say what would be done, and do not do it", variable: true,
          alsoKnownAs: ["just-print", "simulate"]),
        Option(
          flag: "yes", short: "y", "Do not ask before everything is removed: the answer is yes", variable: true,
          alsoKnownAs: ["assume-yes", "no-confirm", "non-interactive"]),
        Option(flag: "json", "Write answers as JSON: sizes in bytes, times in seconds, dates in UTC", variable: true),
        Option(
          flag: "quiet", short: "q", "Say nothing but errors", variable: true, files: .all, alsoKnownAs: ["silent"]),
        Option(flag: "verbose", short: "v", "Say more", variable: true, files: .all, alsoKnownAs: ["debug"]),
        Option(
          flag: "no-progress", "Draw no progress bar, also on a terminal", variable: true, files: .all,
          alsoKnownAs: ["no-progress-bar"]),
        Option(
          "color", .choice(["auto", "always", "never"]), "WHEN",
          "Stress parts of reports: on a terminal (auto), always or never", variable: true, files: .all,
          alsoKnownAs: ["colour", "colors", "colours"]),
        Option(
          flag: "no-config", "Read no settings files", variable: true,
          alsoKnownAs: ["no-settings", "isolated", "ignore-config", "norc"]),
        Option(flag: "version", "Print the version and end"),
        Option(flag: "help", short: "h", "Help: -h a short page, --help the whole one"),
      ]),
    globalRules: [.atMostOne([.option("quiet"), .option("verbose")])],
    commands: [
      .initialize, .execute, .put, .get, .has, .key, .list, .show, .diff, .status, .verify, .health, .selftest, .remove,
      .clear, .directory, .config, .completion, .help,
    ],
    hidden: [.complete],
    variables: [
      Variable("LARDER_MEMO", "Where the digests of input files are remembered"),
      Variable("LARDER_PEPPER", "The secret that secret arguments are hashed with"),
      Variable("LARDER_NETWORK", "0 or 1: the cache may lie on a network file system"),
    ])
}
