/// Constants of format 1 that concern stored blobs.
///
/// Encoded content is a sequence of standard frames, each with its content size in the header and a checksum of the
/// content behind it. A sequence rather than one frame, so that content whose length nobody knows beforehand has
/// exact sizes in its headers too, and so that memory stays bounded both ways. The `zstd` and `lz4` commands decode
/// such a sequence like a single frame. Raw content is the file itself, and empty content is always raw.
package enum BlobFormat {
  /// The most content that one frame holds, in bytes; every frame but the last one holds exactly this much.
  package static let frameCapacity = 4 << 20

  /// Stored bytes up to this many live in the index rather than in a file, unless the caller decides otherwise.
  package static let inlineLimit = 4096

  /// The most that is read from a file at once while streaming.
  static let chunkSize = 256 << 10
}
