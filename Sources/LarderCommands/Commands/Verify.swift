extension Command {
  static let verify = Command(
    "verify", "Compare the cache with what it should be, and repair it",
    usage: ["verify [OPTION…]", "verify --repair [--delete] [OPTION…]"],
    discussion: [
      "Every entry, every blob and the index are checked, beside any number of readers and writers. Without --repair "
        + "nothing is mended, and all that is written is a note in the index of what was verified when; --read-only keeps "
        + "it from that too, and a cache that may only be read is verified all the same.",
      "A repair removes entries that cannot be served, so that they are computed again, and moves files that no entry can "
        + "use to the directory 'quarantine' of the cache, each with a file beside it that says why; space is given back when "
        + "that is emptied. Files that Larder did not make are named and never touched; they are no problem.",
      "A run with --max-duration goes on with what was verified longest ago, so that short runs reach everything in turn; "
        + "'larder status' says how far they are. With --quiet there is a report only when there are problems, and with "
        + "--verbose it names the first 1,000 of each kind. A repair is made when everything was looked at, and what it "
        + "will do --dry-run says before. An interrupted run leaves no lock and nothing half done behind.",
    ],
    groups: [
      OptionGroup(
        "Options",
        [
          Option(
            flag: "quick", "Compare names and sizes with the index, without reading blobs", alsoKnownAs: ["fast"]),
          Option(
            "max-duration", .duration, "DURATION",
            "Begin nothing more after this time; the next such run goes on there",
            alsoKnownAs: ["time-limit", "max-time"]),
          Option(
            flag: "repair", "Mend what is found; files go to the directory 'quarantine'", alsoKnownAs: ["fix", "heal"]),
          Option(flag: "delete", "With --repair: delete files instead of moving them", alsoKnownAs: ["rm", "purge"]),
          Option(
            "jobs", .integer(1...256), "COUNT",
            "Read so many at the same time; one for each processor, at most 4, without it",
            alsoKnownAs: ["threads", "parallel"]),
          Option(flag: "exit-code", "End with 1 when any problem was found, also when all are mended"),
        ])
    ],
    rules: [.needs(["delete"], "repair", why: "it says what a repair does with files")],
    statuses: [
      (.done, "no problems, or all of them are mended"),
      (.no, "with --exit-code: problems were found"),
      (.problems, "problems remain"),
      (.noCache, "there is no cache"),
      (.unavailable, "the index is not there, or cannot be opened"),
      (.inputOutput, "reading or writing failed, the disk is full, or others have a cache open whose index is damaged"),
      (.busy, "the index was held by others for too long"),
      (.refused, "the permissions forbid it"),
    ],
    examples: [
      ("larder verify", "look, and mend nothing"),
      ("larder verify --repair --dry-run", "say what a repair would do"),
      (
        "larder verify --repair --max-duration 10m --quiet",
        "each night a part, with a word only when there is a problem"
      ),
    ],
    alsoKnownAs: ["check", "fsck", "doctor", "scrub", "repair", "audit", "validate"],
    run: verifyCache)
}
