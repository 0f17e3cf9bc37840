internal import Larder
internal import LarderSystem

extension Context {
  /// Reads standard input into a buffer.
  ///
  /// - Throws: `LarderError` with the code `io`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LarderError) -> Int {
    do throws(SystemError) { return try input(buffer) } catch {
      throw LarderError(.io, "Cannot read standard input: \(error.reason). Give it a file or a pipe.", cause: error)
    }
  }

  /// Reads standard input to its end for nothing, so that whoever writes it does not die of a closed pipe.
  func drainInput() throws(LarderError) {
    try withPieces { (_) throws(LarderError) in }
  }

  private func withPieces(
    _ body: (UnsafeMutableRawBufferPointer) throws(LarderError) -> Void
  ) throws(LarderError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try read(into: buffer)
      if count == 0 { return }
      try body(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// The whole text of a file, or of standard input for `-`.
  ///
  /// - Throws: status 65 for a file that cannot be read or is longer than 256 MiB.
  func text(of path: String) throws -> [UInt8] {
    let limit = 256 << 20
    if path == "-" {
      var bytes: [UInt8] = []
      try withPieces { (piece) throws(LarderError) in
        bytes.append(contentsOf: piece)
        if bytes.count > limit { throw tooLong("standard input") }
      }
      return bytes
    }
    do throws(SystemError) {
      guard let bytes = try Descriptor(path, .read).contents(limit: limit) else { throw SystemError(.read, 0) }
      return bytes
    } catch {
      if error.number == 0 { throw tooLong("'\(path)'") }
      throw CommandError(.badInput, "Cannot read '\(path)': \(error.reason).")
    }
  }

  private func tooLong(_ name: String) -> LarderError {
    LarderError(.argument, "The list of keys in \(name) is longer than 256 MiB. Split it.")
  }
}

extension Invocation {
  /// The keys that are asked for: the operands, or the lines of `--keys-from`.
  func keys(_ context: Context, prefixes: Bool) throws -> [KeyText] {
    guard let path = text("keys-from") else { return keys }
    return try keyList(try context.text(of: path), from: path == "-" ? "standard input" : path, prefixes: prefixes)
  }
}
