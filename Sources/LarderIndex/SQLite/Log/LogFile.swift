internal import LarderSystem

/// The log of an index, read without SQLite; sqlite.org/fileformat2.html, section 4.1.
struct LogFile: ~Copyable {
  private let file: Descriptor
  /// How many frames the file has room for. Those in use are its beginning.
  let frames: Int64
  /// Whether its header is that of a log.
  let isHeaderWhole: Bool
  /// What the sum over the first frame goes on from.
  let headerSum: LogSum

  private static let headerSize = 32

  /// - Throws: When a file is there and cannot be opened; nil where none is.
  init?(_ path: String) throws(SystemError) {
    guard let file = try Descriptor.forReading(ifThere: path) else { return nil }
    let status = try file.status()
    guard status.kind == .file else { return nil }
    var header = [UInt8](repeating: 0, count: Self.headerSize)
    let isRead = header.withUnsafeMutableBytes { file.readWhole(into: $0, at: 0) }
    (isHeaderWhole, headerSum) = header.withUnsafeBytes { bytes in
      let sum = LogSum(bytes, at: 24)
      let magic = UInt32(bigEndian: bytes.load(as: UInt32.self))
      // The last bit says in which order the sums take the bytes.
      guard isRead, magic | 1 == 0x377f_0683 else { return (false, sum) }
      return (LogSum().adding(bytes[..<24], bigEndian: magic & 1 == 1) == sum, sum)
    }
    frames = max(status.size - Int64(Self.headerSize), 0) / Int64(LogFrame.size)
    self.file = file
  }

  /// Reads a frame; the first has the number 1.
  ///
  /// - Returns: False where it cannot be read.
  func read(_ number: Int64, into frame: inout LogFrame) -> Bool {
    frame.withBytes { file.readWhole(into: $0, at: offset(of: number)) }
  }

  /// The salts of a frame; nil where it cannot be read or holds none.
  func salts(of number: Int64) -> LogSalts? {
    withUnsafeTemporaryAllocation(byteCount: LogFrame.headerSize, alignment: 8) { header in
      guard file.readWhole(into: header, at: offset(of: number)) else { return nil }
      return LogFrame.page(UnsafeRawBufferPointer(header)) == 0 ? nil : LogSalts(UnsafeRawBufferPointer(header), at: 8)
    }
  }

  private func offset(of number: Int64) -> Int64 {
    Int64(Self.headerSize) + (number - 1) * Int64(LogFrame.size)
  }
}

/// One frame of a log: a page as a commit left it.
struct LogFrame {
  static let headerSize = 24
  static let size = headerSize + TreePage.size

  private var bytes = [UInt8](repeating: 0, count: size)

  /// The number of the page; 0 where nothing was ever written.
  var page: UInt32 { bytes.withUnsafeBytes(Self.page) }
  /// Whether a commit ends with it.
  var endsCommit: Bool { bytes[4..<8].contains { $0 != 0 } }
  var salts: LogSalts { bytes.withUnsafeBytes { LogSalts($0, at: 8) } }
  /// The sum that is written down in it.
  var sum: LogSum { bytes.withUnsafeBytes { LogSum($0, at: 16) } }

  /// The sum that it has, behind a frame with this one.
  func sum(behind last: LogSum, bigEndian: Bool) -> LogSum {
    bytes.withUnsafeBytes { bytes in
      last.adding(bytes[..<8], bigEndian: bigEndian).adding(bytes[Self.headerSize...], bigEndian: bigEndian)
    }
  }

  func withPage(_ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[Self.headerSize...])) }
  }

  fileprivate mutating func withBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
    bytes.withUnsafeMutableBytes(body)
  }

  fileprivate static func page(_ header: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(bigEndian: header.load(as: UInt32.self))
  }
}

/// Two numbers that are other ones each time a log is begun anew, and stand in each of its frames.
struct LogSalts: Equatable {
  private let numbers: UInt64

  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    numbers = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
}

/// The sum over a log up to the end of a frame; sqlite.org/fileformat2.html, section 4.2.
struct LogSum: Equatable {
  private var first: UInt32 = 0
  private var second: UInt32 = 0

  init() {}

  /// One that is written in a log: the highest byte first, whatever the order of what it sums up.
  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    first = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    second = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
  }

  /// One in the memory of this machine.
  init(inMemory bytes: UnsafeRawBufferPointer, at offset: Int) {
    first = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    second = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
  }

  /// The sum that goes on over a multiple of eight bytes.
  func adding(_ bytes: Slice<UnsafeRawBufferPointer>, bigEndian: Bool) -> LogSum {
    var sum = self
    let bytes = UnsafeRawBufferPointer(rebasing: bytes)
    for offset in stride(from: 0, to: bytes.count, by: 8) {
      var one = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      var other = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
      if bigEndian {
        one = UInt32(bigEndian: one)
        other = UInt32(bigEndian: other)
      } else {
        one = UInt32(littleEndian: one)
        other = UInt32(littleEndian: other)
      }
      sum.first = sum.first &+ one &+ sum.second
      sum.second = sum.second &+ other &+ sum.first
    }
    return sum
  }
}
