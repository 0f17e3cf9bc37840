package import LarderSystem

/// Why stored bytes could not be given back.
package enum BlobReadError: Error, Hashable, Sendable {
  /// There is no file of that name.
  case missing
  /// What has the name is a link, a directory, a pipe or a device.
  case notRegular
  /// The stored bytes are more or fewer than recorded.
  case wrongSize(found: Int64)
  /// The stored bytes, or the content that came out of them, differ from the recorded digest.
  case wrongDigest
  /// The stored bytes are those recorded, but do not decode to content of the recorded size.
  case undecodable(CodecError)
  /// The system refused; the blob may be fine.
  case io(SystemError)

  init(opening error: SystemError) {
    self = error.isMissing ? .missing : error.meetsNoFile ? .notRegular : .io(error)
  }
}

extension BlobReadError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing: "the file is missing"
    case .notRegular: "it is no regular file"
    case .wrongSize(let found): "the stored size is \(found) bytes"
    case .wrongDigest: "the bytes do not have the recorded digest"
    case .undecodable(let error): "it does not decode: \(error)"
    case .io(let error): error.description
    }
  }
}
