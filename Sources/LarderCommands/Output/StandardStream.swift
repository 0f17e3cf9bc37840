#if canImport(Glibc)
  // Preconcurrency: C declares `environ` as a variable; nothing here changes it.
  @preconcurrency internal import Glibc
#elseif canImport(Darwin)
  @preconcurrency internal import Darwin
#endif

// The process's own streams, words and variables: all that the command asks of the system by itself.

/// Makes the standard streams safe to use.
///
/// A write to a closed pipe becomes an error that unwinds, so that locks are let go, instead of a signal that kills.
/// A stream that the caller closed is opened on nothing: otherwise the next file to be opened, a blob or the index,
/// would get its number, and what is printed would be written into the cache.
func prepareStandardStreams() {
  signal(SIGPIPE, SIG_IGN)
  // Opened the wrong way round, so that reading from or writing to them stays the error that it was.
  for (number, mode) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDWR)] where fcntl(number, F_GETFD) == -1 {
    if open("/dev/null", mode) != number { _exit(70) }
  }
}

/// Writes all bytes.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(OutputError) {
  var rest = bytes
  while !rest.isEmpty {
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count >= 0 {
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    } else if errno == EAGAIN {
      // Somebody who shares the stream made it non-blocking: wait until it takes bytes again.
      var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&stream, 1, -1)
    } else if errno != EINTR {
      throw errno == EPIPE ? .brokenPipe : .failed(reason: String(cString: strerror(errno)))
    }
  }
}

/// The width of the terminal on a descriptor; nil when there is none.
func terminalWidth(_ descriptor: Int32) -> Int? {
  guard isatty(descriptor) == 1 else { return nil }
  var size = winsize()
  guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
  return Int(size.ws_col)
}
