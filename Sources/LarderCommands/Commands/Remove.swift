extension Command {
  static let remove = Command(
    "remove", "Remove entries by key",
    usage: ["remove [OPTION…] KEY…", "remove [OPTION…] --keys-from FILE"],
    discussion: ["Keys are given whole, so that a slip of the hand does not remove another entry."],
    groups: [OptionGroup("Options", [StorageOptions.keysFrom])],
    operand: Operand("KEY", .key, 0...Int.max),
    rules: [
      .exactlyOne(
        [.operands("KEY"), .option("keys-from")], missing: "Say what to remove: a KEY, or --keys-from FILE.")
    ],
    statuses: [
      (.no, "one of them was not there"),
      (.badInput, "a line of FILE is no key"),
      (.noCache, "there is no cache"),
    ],
    examples: [
      ("larder remove --dry-run --keys-from old.txt", "say what would be removed")
    ],
    alsoKnownAs: ["rm", "delete", "del", "unlink", "erase", "evict", "invalidate", "drop", "forget"],
    run: removeEntries)
}
