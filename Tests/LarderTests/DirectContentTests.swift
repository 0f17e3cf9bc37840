import Foundation
import Larder
import Testing

@Suite("Values that are read without a copy", .timeLimit(.minutes(5))) struct DirectContentTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("data of every size comes back equal, and stays so when the caller changes or outlives it")
  func data() throws {
    var kept: [(Data, Int)] = []
    do {
      let cache = try scratch.cache()
      for count in [0, 1, 13, 14, 15, 16, 4096, 4097, 100_000, (4 << 20) + 1] {
        let value = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let key = try cache.key("data", ["count": count])
        try cache.put(value, for: key)
        var found = try #require(try cache.lookup(key, as: Data.self).value)
        #expect(found == value)
        let other = found
        found.append(7)
        if count > 0 { found[0] = ~found[0] }
        #expect(other == value && found.count == count + 1)
        #expect(try cache.lookup(key, as: Data.self).value == value)
        kept.append((other, count))
      }
    }
    for (data, count) in kept { #expect(data.elementsEqual((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })) }
  }

  @Test("a part of some data is stored as that part, with whatever indices")
  func slice() throws {
    let cache = try scratch.cache()
    let key = try cache.key("slice")
    let slice = Data(0..<100)[40..<60]
    try cache.put(slice, for: key)
    #expect(try cache.lookup(key, as: Data.self).value == Data(40..<60))
    #expect(try cache.lookup(key, as: [UInt8].self).value == [UInt8](40..<60))
  }

  @Test("numbers come back equal, and no other type of numbers and no bytes are taken for them")
  func numbers() throws {
    let cache = try scratch.cache()
    let key = try cache.key("numbers")
    for count in [0, 1, 3, 100_000] {
      let numbers = (0..<count).map { Double($0) / 7 }
      try cache.put(numbers, for: key)
      #expect(try cache.lookup(key, as: [Double].self).value == numbers)
      #expect(try isUndecodable(cache.lookup(key, as: [Float].self)))
      #expect(try isUndecodable(cache.lookup(key, as: [Int64].self)))
      #expect(try isUndecodable(cache.lookup(key, as: [UInt8].self)))
      #expect(try isUndecodable(cache.lookup(key, as: Data.self)))
      #expect(try isUndecodable(cache.lookup(key, as: String.self)))
    }
  }

  @Test("bytes, whole numbers of bytes or not, are not taken for numbers, text or a coded value")
  func bytes() throws {
    let cache = try scratch.cache()
    let key = try cache.key("bytes")
    for count in [0, 8, 9] {
      try cache.put([UInt8](repeating: 1, count: count), for: key)
      #expect(try cache.lookup(key, as: Data.self).value == Data(repeating: 1, count: count))
      #expect(try isUndecodable(cache.lookup(key, as: [Double].self)))
      #expect(try isUndecodable(cache.lookup(key, as: [Int16].self)))
      #expect(try isUndecodable(cache.lookup(key, as: String.self)))
      #expect(try isUndecodable(cache.lookup(key, as: [String: Int].self)))
    }
  }

  private func isUndecodable<Value>(_ found: ArtifactLookup<Value>) -> Bool {
    if case .miss(.undecodable) = found { true } else { false }
  }
}
