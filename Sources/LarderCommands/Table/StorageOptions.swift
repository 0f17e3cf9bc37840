/// Options that say how something is stored.
enum StorageOptions {
  static let encoding = Option(
    "encoding", .choice(["zstd", "lz4", "raw"]), "NAME", "How to store blobs: zstd, lz4 or raw", variable: true,
    files: .all, alsoKnownAs: ["compression", "compress", "codec"])

  static let keysFrom = Option(
    "keys-from", .path, "FILE", "Read keys from FILE, one on a line; - is standard input",
    alsoKnownAs: ["from", "keys", "stdin"])
}
