import LarderTesting
import Shared
import Testing

@testable import near_duplicates

@Suite struct SimilarityTests {
  private func shingles(_ text: String, _ length: Int = 3) -> Shingles {
    Shingles(of: Array(text.utf8), length: length)
  }

  @Test func `similarity counts the runs of characters that two texts share`() {
    // abc bcd cde against bcd cde def
    let similarity = shingles("abcde").similarity(to: shingles("bcdef"))
    #expect(similarity == Similarity(shared: 2, left: 3, right: 3))
    #expect(similarity.jaccard == 0.5)
    #expect(similarity.containment == 2.0 / 3)
  }

  @Test func `a text within another is contained in it whole`() {
    let similarity = shingles("abcdef").similarity(to: shingles("xxabcdefyy"))
    #expect(similarity.containment == 1)
    #expect(similarity.jaccard < 1)
  }

  @Test func `repeated runs count once`() {
    #expect(shingles("aaaaaaa").hashes.count == 1)
    #expect(shingles("ababab").hashes.count == 2)
  }

  @Test func `white space of any amount is one blank`() {
    #expect(shingles("  a\n\tb  c").hashes == shingles("a b c").hashes)
    #expect(shingles("a b").hashes != shingles("ab").hashes)
  }

  @Test func `texts shorter than a shingle have none, and are like nothing`() {
    #expect(shingles("ab").hashes.isEmpty)
    #expect(shingles("ab").similarity(to: shingles("ab")).jaccard == 0)
    #expect(shingles("ab").similarity(to: shingles("abc")).containment == 0)
  }

  /// Sets that overlap by a known part: the estimate must lie within four standard errors of it.
  @Test(arguments: [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1], [1, 2, 3] as [UInt64])
  func `the estimate of a signature is close to the exact similarity`(part: Double, seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let all = (0..<4000).map { _ in generator.next() }
    let shared = Int(4000 * part)
    let own = (4000 - shared) / 2
    let left = Array(all[0..<(shared + own)])
    let right = Array(all[0..<shared]) + Array(all[(shared + own)...])
    let exact = Double(Set(left).intersection(right).count) / Double(Set(left).union(right).count)

    let minima = (Signature.minima(of: left, permutations: 512), Signature.minima(of: right, permutations: 512))
    let estimate = Double(zip(minima.0, minima.1).count { $0 == $1 }) / 512
    let standardError = (exact * (1 - exact) / 512).squareRoot()
    #expect(abs(estimate - exact) <= 4 * standardError + 0.002, "seed \(seed): \(estimate) for \(exact)")
  }

  @Test func `a signature is the same whatever the order of the text's parts in memory`() {
    var generator = SplitMix(seed: 5)
    let hashes = (0..<500).map { _ in generator.next() }
    #expect(
      Signature.minima(of: hashes, permutations: 64) == Signature.minima(of: hashes.reversed(), permutations: 64))
  }

  @Test func `bytes that hold a zero are no text and are compared with nothing`() {
    let text = Array("the quick brown fox jumps over the lazy dog, twice and again".utf8)
    let signature = Signature(of: text, shingleLength: 9, permutations: 64)
    let binary = Signature(of: text + [0] + text, shingleLength: 9, permutations: 64)
    #expect(signature.isComparable)
    #expect(!binary.isComparable)
    #expect(binary.byteCount == 121)
    #expect(signature.estimatedSimilarity(to: binary) == 0)
    #expect(
      Candidates(rows: 2, leastEstimate: 0).pairs(among: [signature, binary, signature]) == [Pair(left: 0, right: 2)])
  }

  @Test(arguments: [11, 12, 13] as [UInt64])
  func `similar texts become candidates and strangers do not`(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let random = { (count: Int, generator: inout SplitMix) in
      (0..<count).map { _ in UInt8.random(in: 0x61...0x7a, using: &generator) }
    }
    var signatures: [Signature] = []
    for _ in 0..<20 {
      let text = random(2000, &generator)
      let edited = text[..<900] + random(50, &generator) + text[950...]
      signatures.append(Signature(of: text, shingleLength: 9, permutations: 128))
      signatures.append(Signature(of: Array(edited), shingleLength: 9, permutations: 128))
    }
    let expected = (0..<20).map { Pair(left: 2 * $0, right: 2 * $0 + 1) }
    #expect(Candidates(rows: 4, leastEstimate: 0.3).pairs(among: signatures) == expected, "seed \(seed)")
  }
}
