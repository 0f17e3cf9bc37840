internal import CCrypto
package import LarderSystem

/// SHA-256 (FIPS 180-4) by libcrypto, over bytes that arrive in pieces.
package struct SHA256: ~Copyable {
  private var context: OpaquePointer

  package init() {
    context = Contexts.take()
  }

  deinit { Contexts.giveBack(context) }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    if !bytes.isEmpty { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
  }

  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if done == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  package mutating func update(_ digest: Digest) {
    digest.withUnsafeBytes { update($0) }
  }

  /// The digest of everything so far; afterwards the hasher starts anew.
  package mutating func finalize() -> Digest {
    let digest = Digest { EVP_DigestFinal_ex(context, $0.baseAddress, nil) }
    Contexts.restart(context)
    return digest
  }

  package static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
    var hasher = SHA256()
    hasher.update(bytes)
    return hasher.finalize()
  }

  package static func hash(_ bytes: [UInt8]) -> Digest {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// The digest of what a file holds from its position on.
  package static func hash(contentsOf file: borrowing Descriptor) throws(SystemError) -> Digest {
    var hasher = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = try file.readAll(into: buffer)
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      if count < buffer.count { return hasher.finalize() }
    }
  }
}

/// Digest contexts that are used again: making one and looking the algorithm up costs more than hashing 1 KB.
private enum Contexts {
  // Written once at start, then only read; libcrypto counts references to it with atomics.
  nonisolated(unsafe) static let algorithm: OpaquePointer? = EVP_MD_fetch(nil, "SHA256", nil)
  static let pool = ContextPool(limit: 64, make: make, free: { EVP_MD_CTX_free($0) })

  private static func make() -> OpaquePointer? {
    guard let context = EVP_MD_CTX_new() else { return nil }
    restart(context)
    return context
  }

  static func take() -> OpaquePointer {
    guard let context = pool.take() else { preconditionFailure("libcrypto is out of memory") }
    return context
  }

  static func restart(_ context: OpaquePointer) {
    guard EVP_DigestInit_ex2(context, algorithm, nil) == 1 else {
      preconditionFailure("libcrypto offers no SHA-256")
    }
  }

  static func giveBack(_ context: OpaquePointer) {
    // Before it is in the pool: from then on it belongs to whoever takes it.
    restart(context)
    pool.giveBack(context)
  }
}
