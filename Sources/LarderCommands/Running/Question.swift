internal import LarderSystem

extension Context {
  /// Whether somebody sees a question and can answer it.
  var canAsk: Bool { isInputTerminal && messages.width != nil }

  /// Asks whether to go on; the end of input is a no.
  ///
  /// - Throws: `LarderError` with the code `io` when the answer cannot be read.
  func confirm(_ question: String) throws -> Bool {
    try? messages.write(printable(question) + " [y/N] ")
    try? messages.flush()
    var answer: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
    defer { buffer.deallocate() }
    // A line is read byte by byte: what follows it is not for this question.
    while answer.count < 100, try read(into: buffer) > 0, buffer[0] != UInt8(ascii: "\n") { answer.append(buffer[0]) }
    return ["y", "yes"].contains(String(decoding: answer, as: UTF8.self).lowercased())
  }
}
