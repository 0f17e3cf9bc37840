extension Command {
  static let has = Command(
    "has", "Ask whether artifacts are there",
    usage: [
      "has [OPTION…] KEY…", "has [OPTION…] --keys-from FILE",
      "has [OPTION…] --function NAME[@VERSION] [--arg NAME=JSON]…",
    ],
    discussion: [
      "One key is answered by the exit status alone. Asked for several, it prints those that are there and ends with 1 "
        + "when one is not."
    ],
    groups: [OptionGroup("Options", [StorageOptions.keysFrom]), CallOptions.group],
    operand: Operand("KEY", .keyPrefix, 0...Int.max),
    rules: CallOptions.rules + [
      .exactlyOne(
        [.operands("KEY"), .option("function"), .option("keys-from")],
        missing: "Say what to ask for: a KEY, --keys-from FILE, or a call with --function.")
    ],
    statuses: [
      (.no, "one of them is not there"),
      (.badInput, "an argument, or a line of FILE, is wrong"),
      (.noCache, "there is no cache"),
    ],
    examples: [
      ("larder has --function report@2 --arg year=2026 && echo cached", "ask for a call"),
      ("larder has --keys-from keys.txt", "print those of many keys that are there"),
    ],
    alsoKnownAs: ["exists", "contains", "test", "lookup"],
    run: ask)
}
