extension Command {
  static let selftest = Command(
    "selftest", "Try out whether a cache would keep its promises here",
    usage: ["selftest [OPTION…]"],
    discussion: [
      "In a directory of its own beside the cache, on the same file system: put and get, a put that is killed in the middle, "
        + "and a repair of what that left. It says how long each took and what the file system offers. The directory is gone "
        + "at the end, and the cache itself is not touched.",
      "Where nothing can be made beside the cache, or another file system begins with it, the directory is made in it.",
    ],
    statuses: [
      (.done, "all of it went as it has to"),
      (.no, "something did not"),
      (.inputOutput, "no directory can be made there"),
    ],
    examples: [
      ("larder selftest --dir /mnt/fast/cache", "before a cache is made there"),
      ("larder selftest --json", "the same as one object"),
    ],
    alsoKnownAs: ["self-test", "selfcheck", "diagnose"],
    run: testItself)
}
