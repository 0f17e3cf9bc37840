internal import LarderSystem

extension Command {
  static let directory = Command(
    "dir", "Print the directory of the cache, whether there is one or not",
    usage: ["dir [OPTION…]"],
    discussion: [
      "It is the one given with --dir, else that of LARDER_DIR, else 'larder' in the user's directory for caches: "
        + "$XDG_CACHE_HOME or ~/.cache, on macOS ~/Library/Caches."
    ],
    statuses: [(.configuration, "no directory is given and HOME is not set")],
    examples: [("larder dir", "where results are kept"), ("du -sh \"$(larder dir)\"", "what they take on disk")],
    alsoKnownAs: ["where", "path", "pwd", "location", "root"]
  ) { invocation, context in
    let directory = try ChosenDirectory(invocation, context)
    if invocation.flag("json") {
      let members: [(String, JSONText.Value)] = [
        ("schema", .string("larder.dir/1")), ("dir", .string(directory.path)),
        ("origin", .string(directory.origin)),
      ]
      try context.output.write(JSONText.object(members) + "\n")
    } else {
      // As it is, so that scripts can use it; a terminal is protected from names with control characters.
      let shown = context.output.width == nil ? directory.path : printable(directory.path)
      try context.output.write(shown + "\n")
    }
    return .done
  }
}
