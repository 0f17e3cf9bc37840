import Foundation
import LarderBlobs
import LarderFormat
import Testing

@Suite("Audit without Larder") struct AuditTests {
  static func run(_ command: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  static let decoders: [Encoding: String] = [.raw: "cat", .lz4: "lz4 -dc", .zstd: "zstd -dc"]

  @Test(
    "the standard tools print the digest that the file's name begins with", arguments: Encoding.allCases,
    [1, 5000, 4 << 20, (9 << 20) + 1])
  func tools(encoding: Encoding, size: Int) throws {
    let scene = try Scene()
    let (name, form) = try scene.put(Content.rows(size), encoding)
    #expect(form.encoding == (size == 1 ? .raw : encoding))
    let decoder = try #require(Self.decoders[form.encoding])
    let result = try Self.run("\(decoder) '\(scene.file(name))' | sha256sum | cut -c1-64")
    #expect(result.output == name.fileName.prefix(64) + "\n")
    #expect(name.fileName.hasSuffix("." + form.encoding.fileExtension))
  }

  @Test("frames carry content size and checksum", arguments: [Encoding.lz4, .zstd])
  func headers(encoding: Encoding) throws {
    let scene = try Scene()
    let name = try scene.put(Content.rows((5 << 20) + 3), encoding).name
    if encoding == .zstd {
      let listing = try Self.run("zstd -lv '\(scene.file(name))'").output
      #expect(listing.contains("5242883 B"), "\(listing)")
      #expect(listing.contains("Check: XXH64"), "\(listing)")
      #expect(listing.contains("Number of files listed: 1") || listing.contains("# Zstandard Frames: 2"), "\(listing)")
    } else {
      // FLG: version 1, blocks linked, content size, content checksum; no dictionary.
      #expect(try scene.stored(name).prefix(5) == [0x04, 0x22, 0x4D, 0x18, 0x4C])
    }
  }

  @Test("the tools find damage on their own", arguments: [Encoding.lz4, .zstd])
  func damage(encoding: Encoding) throws {
    let scene = try Scene()
    let name = try scene.put(Content.rows(100_000), encoding).name
    var bytes = try scene.stored(name)
    bytes[bytes.count - 1] ^= 1
    try scene.damage(name, bytes)
    let decoder = try #require(Self.decoders[encoding])
    #expect(try Self.run("\(decoder) '\(scene.file(name))' > /dev/null").status != 0)
  }
}
