import Foundation
import LarderTesting
import Shared
import Testing

@testable import near_duplicates

@Suite struct AlignmentTests {
  private func align(_ left: String, _ right: String, mostCells: Int = 1_000_000) -> Alignment {
    var aligner = Aligner(left: Lines(Array(left.utf8)), right: Lines(Array(right.utf8)), mostCells: mostCells)
    return aligner.alignment()
  }

  private func alignment(_ runs: [(Alignment.Kind, Int)]) -> Alignment {
    var alignment = Alignment()
    for (kind, length) in runs { alignment.append(kind, length) }
    return alignment
  }

  static let cases: [(left: String, right: String, runs: [(Alignment.Kind, Int)])] = [
    ("", "", []),
    ("one\ntwo\n", "one\ntwo\n", [(.same, 2)]),
    ("one\ntwo", "one\ntwo\n", [(.same, 2)]),
    ("one\n  two", "one\n\ttwo ", [(.same, 2)]),
    ("", "one\n", [(.added, 1)]),
    ("one\n", "", [(.removed, 1)]),
    ("one\nthree\n", "one\ntwo\nthree\n", [(.same, 1), (.added, 1), (.same, 1)]),
    ("int alpha = 1;\n", "int alpha = 2;\n", [(.changed, 1)]),
    ("int alpha = 1;\n", "while (true) {}\n", [(.removed, 1), (.added, 1)]),
    (
      "keep\nint first_value = 1;\nint second_thing = 2;\nkeep\n", "keep\nint second_thing = 3;\nkeep\n",
      [(.same, 1), (.removed, 1), (.changed, 1), (.same, 1)]
    ),
  ]

  @Test("lines lie beside what they were before", arguments: cases)
  func table(left: String, right: String, runs: [(Alignment.Kind, Int)]) {
    #expect(align(left, right) == alignment(runs))
  }

  /// Whether `alignment` tells of every line of both texts, in order, and calls equal exactly those that are.
  private func isWhole(_ alignment: Alignment, _ left: Lines, _ right: Lines) -> Bool {
    var (l, r) = (0, 0)
    for run in alignment.runs {
      for offset in 0..<run.length where run.kind == .same || run.kind == .changed {
        guard l + offset < left.count, r + offset < right.count else { return false }
        guard (left.identities[l + offset] == right.identities[r + offset]) == (run.kind == .same) else { return false }
      }
      l += run.leftLength
      r += run.rightLength
    }
    return l == left.count && r == right.count
  }

  @Test(arguments: Array(0..<40) as [UInt64], [0, 30, 100_000])
  func `an alignment tells of every line of both texts, cut at unique lines or not`(seed: UInt64, mostCells: Int) {
    var generator = SplitMix(seed: seed)
    let left = Lines(Array(generator.text(lines: Int.random(in: 0...60, using: &generator)).utf8))
    let right = Lines(Array(generator.text(lines: Int.random(in: 0...60, using: &generator)).utf8))
    var aligner = Aligner(left: left, right: right, mostCells: mostCells)
    #expect(isWhole(aligner.alignment(), left, right), "seed \(seed)")
  }

  @Test(arguments: [21, 22, 23] as [UInt64])
  func `what was removed on the way there is what was added on the way back`(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let left = (0..<50).map { "line \($0) of \(UInt16.random(in: 0...9999, using: &generator)) words" }
    let right = left.enumerated().filter { $0.offset % 7 != 3 }.map(\.element)
    let (there, back) = (
      align(left.joined(separator: "\n"), right.joined(separator: "\n")),
      align(right.joined(separator: "\n"), left.joined(separator: "\n"))
    )
    #expect(there.lines(.same) == right.count && there.lines(.removed) == 7 && there.lines(.added) == 0)
    #expect(back.lines(.same) == right.count && back.lines(.added) == 7 && back.lines(.removed) == 0)
  }

  @Test func `unique lines cut a task that is too large, and the rest is aligned between them`() {
    let left = (0..<30).map { "unique number \($0) here" }
    var right = left
    right[10] = "unique number 10 there"
    right.insert("something else altogether", at: 20)
    let cut = align(left.joined(separator: "\n"), right.joined(separator: "\n"), mostCells: 1)
    #expect(cut == alignment([(.same, 10), (.changed, 1), (.same, 9), (.added, 1), (.same, 10)]))
  }

  @Test func `an alignment that was kept is read back the same`() throws {
    let kept = alignment([(.same, 3), (.changed, 1), (.removed, 40), (.added, 2)])
    let data = try JSONEncoder().encode(kept)
    #expect(String(decoding: data, as: UTF8.self) == "[0,3,1,1,2,40,3,2]")
    #expect(try JSONDecoder().decode(Alignment.self, from: data) == kept)
  }

  @Test("numbers that are no alignment are refused", arguments: ["[0]", "[4,1]", "[0,0]", "[0,-1]", "{}"])
  func refused(text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Alignment.self, from: Data(text.utf8)) }
  }

  static let likenesses: [(left: String, right: String, range: ClosedRange<Int32>)] = [
    ("same line", "  same line  ", 256...256),
    ("_mm512_add_ps(a, b);", "_mm256_add_ps(a, b);", 190...230),
    ("return first;", "while (x) {", 0...60),
    ("a", "a", 0...0),
    ("", "", 0...0),
    ("short", "a line that is so much longer that nothing is counted", 0...0),
  ]

  @Test("the likeness of two lines grows with the runs that they share", arguments: likenesses)
  func likeness(left: String, right: String, range: ClosedRange<Int32>) {
    let (l, r) = (Lines(Array(left.utf8 + [0x0a])), Lines(Array(right.utf8 + [0x0a])))
    var likeness = Likeness()
    #expect(range.contains(likeness.compare(l, 0, r, 0)))
    #expect(likeness.compare(l, 0, r, 0) == likeness.compare(r, 0, l, 0))
  }
}
