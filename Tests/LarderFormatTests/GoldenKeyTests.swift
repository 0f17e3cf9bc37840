import Foundation
import LarderTesting
import Shared
import Testing

@testable import LarderFormat

@Suite("golden keys") struct GoldenKeyTests {
  @Test("every checked-in call has the key that it has always had")
  func golden() throws {
    let lines = try Vectors.lines("golden-keys.txt")
    #expect(lines.count >= 200)
    for line in lines {
      let parts = line.split(separator: " ", maxSplits: 1)
      let key = try DescribedCall(line: String(parts[1])).key()
      #expect(key.description == parts[0], "\(parts[1])")
    }
  }

  @Test(
    "keys are those that Python's cbor2 and hashlib derive", .enabled(if: Self.hasPython, "needs python3-cbor2"),
    arguments: [11, 12, 13] as [UInt64])
  func python(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let calls = (0..<200).map { _ in DescribedCall(random: &random) }
    let lines = try calls.map { try $0.line() }
    let expected = try Self.run(
      "/usr/bin/python3 -B '\(Vectors.path("golden.py"))'", input: lines.joined(separator: "\n")
    )
    .split(separator: "\n").map(String.init)
    #expect(expected.count == calls.count)
    for (line, key) in zip(lines, expected) {
      let found = try DescribedCall(line: line).key().description
      if found != key { Issue.record("seed \(seed): \(line) is \(found), and \(key) by Python") }
    }
  }

  static let hasPython = (try? run("/usr/bin/python3 -c 'import cbor2; print(1)' 2>/dev/null", input: "")) == "1\n"

  /// What a shell command prints, by `popen`: it asks for no run loop and no thread of its own.
  private static func run(_ command: String, input: String) throws -> String {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("larder-" + UUID().uuidString)
    try Data(input.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let stream = try #require(popen("\(command) < '\(file.path)'", "r"))
    defer { pclose(stream) }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { output += buffer[..<count] }
    return String(decoding: output, as: UTF8.self)
  }
}
