#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import CSystem

/// The three streams that a process is started with. They are not its own: others may have them open too.
package enum StandardStream: Int32, Sendable {
  case input = 0
  case output, error

  /// Makes the standard streams safe to use.
  ///
  /// A write to a closed pipe, or one that makes a file larger than the caller allows, becomes an error that unwinds, so
  /// that locks are let go, instead of a signal that kills.
  /// A stream that the caller closed is opened on nothing: otherwise the next file to be opened, a blob or the index,
  /// would get its number, and what is printed would be written into the cache.
  package static func prepare() {
    for number in [SIGPIPE, SIGXFSZ] where !isIgnored(number) {
      signal(number, SIG_IGN)
      setAside.withLock { $0.append(number) }
    }
    // Opened the wrong way round, so that reading from or writing to them stays the error that it was.
    for (number, mode) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDWR)]
    where fcntl(number, F_GETFD) == -1 && errno == EBADF {
      guard open("/dev/null", mode) != number else { continue }
      let words = "larder: A standard stream is closed and /dev/null cannot be opened in its place. Open it.\n"
      _ = words.utf8.withContiguousStorageIfAvailable { larder_write(2, $0.baseAddress, $0.count) }
      _exit(70)
    }
  }

  /// What this process ignores by itself: a program that it runs must not.
  private static let setAside = Locked<[Int32]>([])

  static var signalsSetAside: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in setAside.withLock({ $0 }) { sigaddset(&set, number) }
    return set
  }

  private static func isIgnored(_ number: Int32) -> Bool { larder_signal_is_ignored(number) != 0 }

  /// Writes all bytes; waits where somebody who shares the stream made it non-blocking.
  package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var rest = bytes
    while !rest.isEmpty {
      do throws(SystemError) {
        let count = try perform(.write, on: "/dev/std\(self)") {
          larder_write(rawValue, rest.baseAddress, allowance(.write, rest.count))
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } catch {
        guard error.number == EAGAIN else { throw error }
        wait(for: POLLOUT)
      }
    }
  }

  /// Reads up to `buffer.count` bytes; 0 at the end. Waits where somebody made the stream non-blocking.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    while true {
      do throws(SystemError) {
        return try perform(.read, on: "standard input") {
          larder_read(rawValue, buffer.baseAddress, allowance(.read, buffer.count))
        }
      } catch {
        guard error.number == EAGAIN else { throw error }
        wait(for: POLLIN)
      }
    }
  }

  private func wait(for event: Int32) {
    var stream = pollfd(fd: rawValue, events: Int16(event), revents: 0)
    poll(&stream, 1, -1)
  }

  /// Whether this stream and another one go to the same file or pipe.
  package func isSame(as other: StandardStream) -> Bool {
    guard let one = try? identity(), let two = try? other.identity() else { return false }
    return one == two
  }

  private func identity() throws(SystemError) -> [UInt64] {
    var status = stat()
    _ = try perform(.fstat) { larder_fstat(rawValue, &status) }
    let device = larder_is_regular(status.st_mode) != 0 || larder_is_pipe(status.st_mode) != 0 ? 0 : status.st_rdev
    return [UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino), UInt64(truncatingIfNeeded: device)]
  }

  /// Whether it is a file or a pipe from which something can be read.
  package var holdsData: Bool {
    var status = stat()
    guard larder_fstat(rawValue, &status) == 0 else { return false }
    if larder_is_regular(status.st_mode) != 0 { return larder_lseek(rawValue, 0, SEEK_CUR) < status.st_size }
    guard larder_is_pipe(status.st_mode) != 0 else { return false }
    var count: Int32 = 0
    return ioctl(rawValue, UInt(FIONREAD), &count) == 0 && count > 0
  }

  /// Whether a person sees or types it.
  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The columns of the terminal; nil where there is none.
  package var width: Int? {
    guard isTerminal else { return nil }
    var size = winsize()
    guard ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

extension SystemError {
  /// Whether nobody reads the pipe any more.
  package var isBrokenPipe: Bool { number == EPIPE }
}

/// Ends the process.
package func endProcess(_ status: Int32) -> Never { exit(status) }
