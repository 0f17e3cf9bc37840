/// The options that select entries, shared by every command that takes a selection.
enum SelectionOptions {
  static let function = Option(
    "function", short: "f", .glob, "GLOB",
    "Only functions whose names fit: * any characters, ? one, [a-z] a set",
    completes: .functionNames, alsoKnownAs: ["name", "fn", "func"])

  static let argument = Option(
    "arg", .jsonPair(plainText: "Plain text is written so: --arg 'NAME=\"text\"'."), "NAME=JSON",
    "Only calls with this argument", repeatable: true,
    alsoKnownAs: ["argument", "param"])

  static let tag = Option(
    "tag", .textNotEmpty, "TAG", "Only entries with this tag; given twice, with both", repeatable: true,
    completes: .tags, alsoKnownAs: ["label", "tags"])
}
