extension Command {
  static let config = Command(
    "config", "Show every setting with its origin, and what the cache runs on",
    usage: ["config [OPTION…]"],
    discussion: [
      "The command line comes before the LARDER_ variables, those before the settings files, those before the choices "
        + "that are kept in the larder.json of the cache, and those before the defaults. Secrets are not shown.",
      "Settings files are the project's, .larder.json in the working directory or the nearest one above it, and then the "
        + "user's, larder/config.json in $XDG_CONFIG_HOME or ~/.config, on macOS in ~/Library/Application Support. They "
        + "are JSON5, so comments are welcome: { \"dir\": \"../results.larder\", \"wait\": \"2m\" }. A relative path "
        + "is relative to the file. A file counts only if it belongs to the user or to root and nobody else may change "
        + "it; --no-config leaves both out.",
      "Below the settings stands what the file system under the cache offers. Larder takes another way where something is "
        + "missing; on a network file system several hosts must not use one cache.",
    ],
    more: { table in
      let (all, own) = (table.fileSettings.filter { $0.files == .all }, table.fileSettings.filter { $0.files == .user })
      return [
        "Settings in a file are \(all.map(\.name).joined(separator: ", ")), and in the user's also "
          + "\(own.map(\.name).joined(separator: ", ")). Flags are true or false, and what the command line would have as "
          + "text stands in double quotes."
      ]
    },
    statuses: [
      (.badInput, "what is there is no cache that this Larder reads"),
      (.unavailable, "the index cannot be read"),
      (.inputOutput, "reading failed"),
      (.busy, "the index was held by others for too long"),
      (.refused, "the permissions forbid it"),
      (.configuration, "a setting is wrong"),
    ],
    examples: [
      ("larder config", "which settings hold, and why"),
      ("larder config --json", "the same as one object"),
      ("larder config --no-config", "what would hold without settings files"),
    ],
    alsoKnownAs: ["settings", "options", "configuration", "env", "environment", "prefs"],
    run: showSettings)
}
