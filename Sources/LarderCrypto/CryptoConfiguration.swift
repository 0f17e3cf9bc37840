internal import CCrypto

/// What libcrypto is told outside of this program, in `openssl.cnf` and by `OPENSSL_CONF`.
package enum CryptoConfiguration {
  /// Does without it, in this process, when it is called before anything is hashed.
  ///
  /// For programs, not for libraries: somebody else in the process may need it. Reading it takes time, and where it names
  /// providers they are loaded, which ends a program that is linked without shared libraries.
  package static func ignore() { OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) }
}
