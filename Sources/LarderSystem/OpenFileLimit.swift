#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The limit on the open files of this process.
package enum OpenFileLimit {
  /// A process with this many has some left.
  private static let ample: UInt64 = 128

  /// How many more files this process can open at the moment, as far as that is less than `most`; where the limit is
  /// ample, `most` without a look.
  package static func left(upTo most: Int) -> Int {
    var limit = rlimit()
    #if canImport(Glibc)
      let code = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #else
      let code = getrlimit(RLIMIT_NOFILE, &limit)
    #endif
    if code != 0 || limit.rlim_cur >= ample { return most }
    return count(upTo: most)
  }

  private static func count(upTo most: Int) -> Int {
    guard most > 0, let file = try? Descriptor("/dev/null", .read) else { return 0 }
    let more = count(upTo: most - 1)
    // Open until all are counted.
    return file.number >= 0 ? more + 1 : more
  }
}
