extension Command {
  static let config = Command(
    "config", "Show every setting with its origin, and what the cache runs on",
    usage: ["config [OPTION…]"],
    discussion: [
      "The command line comes before the LARDER_ variables, those before the choices that are kept in the larder.json of "
        + "the cache, and those before the defaults. Secrets are not shown.",
      "Below the settings stands what the file system under the cache offers. Larder takes another way where something is "
        + "missing; on a network file system several hosts must not use one cache.",
    ],
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
    ],
    alsoKnownAs: ["settings", "options", "configuration", "env", "environment", "prefs"],
    run: showSettings)
}
