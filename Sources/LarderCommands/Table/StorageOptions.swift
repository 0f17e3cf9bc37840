/// Options that say how something is stored.
enum StorageOptions {
  static let encoding = Option(
    "encoding", .choice(["zstd", "lz4", "raw"]), "NAME", "How to store blobs: zstd, lz4 or raw", variable: true,
    files: .all, alsoKnownAs: ["compression", "compress", "codec"])

  static let timeToLive = Option(
    "ttl", .duration, "DURATION", "Forget it after this time: 250ms, 10s, 5m, 2h, 7d",
    alsoKnownAs: ["expire", "expires", "max-age", "lifetime"])

  static let tag = Option(
    "tag", .textNotEmpty, "TAG", "Mark it, to find it again", repeatable: true, completes: .tags,
    alsoKnownAs: ["label", "tags"])

  static let keysFrom = Option(
    "keys-from", .path, "FILE", "Read keys from FILE, one on a line; - is standard input",
    alsoKnownAs: ["from", "keys", "stdin"])
}
