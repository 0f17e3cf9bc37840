package import LarderFormat
package import LarderSystem

/// A blob that is whole but has no name yet: bytes for the index, or a file that waits for its place.
///
/// Keeps its file open until it is dropped, so that a commit that is refused can copy from it, even after its name
/// was condemned and removed. A file that was never placed vanishes with it.
package struct StagedBlob: ~Copyable, Sendable {
  package let form: StoredForm
  /// The stored bytes, if they are few enough for the index; then there is no file.
  package let inline: [UInt8]?
  private var file: StagingFile?

  init(form: StoredForm, inline: [UInt8]?, file: consuming StagingFile?) {
    self.form = form
    self.inline = inline
    self.file = file
  }

  /// Gives the file its name in the tree.
  ///
  /// Only for blobs with a file, once, under a name that belongs to this content.
  ///
  /// - Throws: EEXIST with the path when the name is taken; what has the name is untouched.
  package mutating func place(as name: BlobName) throws(SystemError) {
    precondition(inline == nil, "an inline blob has no file to place")
    precondition(
      name.contentDigest == form.contentDigest && name.encoding == form.encoding, "a blob is placed under its own name")
    try file?.place(as: name)
  }

  /// The same blob in a new file, not placed yet.
  ///
  /// - Parameters:
  ///   - stagingName: To be given exactly where ``BlobTree/needsStagingNames()`` says so.
  ///   - mayShare: Whether it may share the blocks of this file, where the file system can; no, when those may not have
  ///     reached the disk.
  /// - Throws: EIO when the bytes that were written do not come back.
  package func copy(stagingName: StagingName? = nil, mayShare: Bool = true) throws(SystemError) -> StagedBlob {
    StagedBlob(form: form, inline: inline, file: try file?.copy(form, name: stagingName, mayShare: mayShare))
  }
}
