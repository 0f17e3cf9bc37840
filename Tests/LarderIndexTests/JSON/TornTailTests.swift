import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@Suite("Journals that end in the middle") struct TornTailTests {
  /// A journal with some lines, closed.
  private func made(_ file: String, durable: Bool = false) throws {
    let index = try JSONIndex.create(at: file, identity: .sample, durable: durable)
    try index.open(.sample)
    for number in 0..<4 { _ = try index.commit(.put("\(number)", .file("c\(number)", number: UInt64(number)))) }
    _ = try index.remove(EntryRemoval(keys: [key("1")], time: time(9)))
    _ = try index.commit(.put("last", .inline("v")))
    index.close()
  }

  @Test("cut at any byte, they hold the transactions before that, and the rest is cut off by the next writer")
  func everyByte() async throws {
    try await withScratch { path in
      let file = path + "/index.jsonl"
      try made(file)
      let whole = try contents(file)
      let starts = lineStarts(whole)
      let from = starts[starts.count - 4]
      var states: [Int: [String]] = [:]
      for count in from...whole.count {
        try overwrite(file, Array(whole[..<count]))
        let lines = try #require(starts.last { $0 <= count })
        let reader = try JSONIndex.open(at: file, readOnly: true)
        let found = try rows(reader)
        #expect(try unsound(reader) == nil)
        // The same as every other file with these lines has.
        #expect(states[lines, default: found] == found, "\(count)")
        states[lines] = found
        reader.close()
        #expect(try FileStatus(of: file).size == count, "a reader changes nothing")
        // Writing takes longer than reading; 7 and the ends of lines meet every part of them.
        guard count.isMultiple(of: 7) || count - lines < 3 else { continue }
        let writer = try JSONIndex.open(at: file)
        #expect(try writer.commit(.put("more", .inline("more"))).word == "committed, 0 surplus, 0 condemned")
        #expect(try Array(contents(file)[..<lines]) == Array(whole[..<lines]))
        #expect(writer.takeNotices().count == (count == lines ? 0 : 1))
        writer.close()
        let again = try JSONIndex.open(at: file)
        #expect(try again.entry(for: key("more")) != nil && again.takeNotices() == [])
        again.close()
      }
      #expect(states.count == 4)
    }
  }

  @Test("a block of zeros in lines that nobody knew durable ends the journal there")
  func zeros() async throws {
    try await withScratch { path in
      let file = path + "/index.jsonl"
      try made(file)
      let whole = try contents(file)
      let starts = lineStarts(whole)
      // The last removal is durable, and the line behind it says so; a line behind that is not known to be.
      let index = try JSONIndex.open(at: file)
      for number in 0..<3 { _ = try index.commit(.put("late \(number)", .inline("\(number)"))) }
      index.close()
      var bytes = try contents(file)
      let first = whole.count
      for place in first + 50..<first + 120 { bytes[place] = 0 }
      try overwrite(file, bytes)
      let reader = try JSONIndex.open(at: file, readOnly: true)
      #expect(try reader.entry(for: key("last")) != nil && reader.entry(for: key("late 0")) == nil)
      #expect(try reader.entry(for: key("late 2")) == nil)
      reader.close()
      let writer = try JSONIndex.open(at: file)
      _ = try writer.commit(.put("more", .inline("more")))
      #expect(writer.takeNotices().count == 1)
      #expect(starts.count > 3)
      #expect(try unsound(writer) == nil && writer.check(quick: false) == [])
      writer.close()
    }
  }

  @Test(
    "a line that was damaged after it was durable takes nothing back: what came before is a miss until it is stored again"
  )
  func corruption() async throws {
    try await withScratch { path in
      let file = path + "/index.jsonl"
      try made(file, durable: true)
      let whole = try contents(file)
      let starts = lineStarts(whole)
      for line in 2..<starts.count - 2 {
        var bytes = whole
        bytes[starts[line] + 60] ^= 1
        try overwrite(file, bytes)
        let reader = try JSONIndex.open(at: file, readOnly: true)
        #expect(try reader.entry(for: key("1")) == nil, "removed by a user")
        let last = try reader.entry(for: key("last"))
        let isTail = reader.takeNotices().isEmpty
        #expect((last != nil) != isTail, "line \(line)")
        if !isTail {
          #expect(try reader.sessions().allSatisfy { $0.state == .dead })
          #expect(try reader.removals() > 0)
          let absence = try reader.absence(of: key("0"), namespace: "n", function: "f", version: "1")
          #expect(
            try reader.entry(for: key("0")) != nil || absence.tombstone != nil || line == 3, "but for its own line")
        }
        #expect(try unsound(reader) == nil)
        let found = try rows(reader)
        reader.close()
        // Whoever writes next leaves a file that says the same, and no damage.
        if !isTail {
          let writer = try JSONIndex.open(at: file)
          try writer.open(.other)
          #expect(try writer.check(quick: false) == [])
          try writer.close(.other)
          #expect(try rows(writer) == found)
          writer.close()
        }
      }
    }
  }

  @Test("a flipped bit anywhere brings nothing back that a user removed, and gives no entry another value")
  func bitFlips() async throws {
    try await withScratch { path in
      let file = path + "/index.jsonl"
      try made(file, durable: true)
      let whole = try contents(file)
      let sound = try JSONIndex.open(at: file, readOnly: true)
      let names = ["0", "1", "2", "3", "last"]
      let values = try names.map { try sound.entry(for: key($0)) }
      for place in stride(from: 0, to: whole.count, by: 7) {
        var bytes = whole
        bytes[place] ^= 1 << UInt8(place % 8)
        try overwrite(file, bytes)
        do {
          let index = try JSONIndex.open(at: file, readOnly: true)
          for (name, value) in zip(names, values) {
            if let found = try index.entry(for: key(name)) { #expect(found.seal == value?.seal, "\(place) \(name)") }
          }
          #expect(try unsound(index) == nil, "\(place)")
          index.close()
        } catch let error as IndexError { #expect(error.code == .damaged || error.code == .foreign, "\(place)") }
      }
    }
  }
}
