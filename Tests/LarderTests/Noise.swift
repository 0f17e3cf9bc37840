import Foundation
import LarderTesting
import Shared

/// Bytes that do not shrink, the same for one seed in every run; quick in a debug build too.
func noise(_ count: Int, seed: UInt64) -> Data {
  var bytes = Data(count: (count + 7) / 8 * 8)
  bytes.withUnsafeMutableBytes { buffer in
    guard let words = buffer.baseAddress?.assumingMemoryBound(to: UInt64.self) else { return }
    var generator = SplitMix(seed: seed)
    var index = 0
    while index < buffer.count / 8 {
      words[index] = generator.next()
      index += 1
    }
  }
  return bytes.prefix(count)
}

/// 30,000 bytes that do not shrink, by number.
func contents(_ number: UInt64) -> Data { noise(30_000, seed: number) }
