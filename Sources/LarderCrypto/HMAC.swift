internal import CCrypto

/// HMAC-SHA-256 (RFC 2104) by libcrypto.
package enum HMAC {
  package static func authenticate(_ bytes: UnsafeRawBufferPointer, key: [UInt8]) -> Digest {
    Digest { tag in
      var length = 0
      let done = EVP_Q_mac(
        nil, "HMAC", nil, "SHA256", nil, key, key.count,
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, tag.baseAddress, tag.count, &length)
      precondition(done != nil && length == Digest.byteCount, "libcrypto offers no HMAC-SHA-256")
    }
  }

  package static func authenticate(_ bytes: [UInt8], key: [UInt8]) -> Digest {
    bytes.withUnsafeBytes { authenticate($0, key: key) }
  }
}
