import Foundation
import LarderCrypto
import LarderTesting
import Shared

@testable import LarderFormat

extension DescribedCall {
  /// A call with everything in it that a key can hold, a little of each.
  init(random: inout SplitMix) {
    self.init()
    namespace = Bool.random(using: &random) ? "" : Described.word(&random)
    function = "f" + Described.word(&random)
    version = Bool.random(using: &random) ? "" : Described.word(&random)
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      environment.updateValue(
        Int.random(in: 0..<4, using: &random) == 0 ? nil : Described.word(&random), forKey: Described.word(&random))
    }
    var names = Set<String>()
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let name = Described.word(&random)
      if names.insert(name).inserted { arguments.append((name, Self.argument(&random))) }
    }
  }

  private static func argument(_ random: inout SplitMix) -> Argument {
    switch Int.random(in: 0..<16, using: &random) {
    case 0: return .secret(Described(random: &random, depth: 2))
    case 1: return .unkeyed(Described(random: &random, depth: 2))
    case 2:
      return .file(
        FileIdentity(
          size: random.next() >> UInt64.random(in: 0..<64, using: &random),
          isExecutable: Bool.random(using: &random), digest: digest(&random)),
        name: Bool.random(using: &random) ? nil : "n" + String(random.next(), radix: 36))
    case 3: return .tree(tree(&random))
    default: return .value(Described(random: &random, depth: 3))
    }
  }

  private static func digest(_ random: inout SplitMix) -> Digest {
    SHA256.hash(withUnsafeBytes(of: random.next()) { Array($0) })
  }

  private static func tree(_ random: inout SplitMix) -> [TreeItem] {
    var paths = Set<[UInt8]>()
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      paths.insert((0..<3).map { _ in UInt8.random(in: 0x2E...0xFF, using: &random) })
    }
    return paths.sorted { $0.lexicographicallyPrecedes($1) }.shuffled(using: &random).map { path in
      switch Int.random(in: 0..<3, using: &random) {
      case 0: TreeItem(path: path, kind: .directory)
      case 1: TreeItem(path: path, kind: .link(target: path + [0x2E]))
      default:
        TreeItem(
          path: path,
          kind: .file(
            FileIdentity(size: 0, isExecutable: Bool.random(using: &random), digest: digest(&random))))
      }
    }
  }
}

extension Described {
  static func word(_ random: inout SplitMix) -> String {
    let letters = ["a", "b", "z", "A", "0", "_", ".", "/", " ", "\"", "\n", "é", "e\u{301}", "水", "𐅑", "ß", "\u{0}"]
    return (0..<Int.random(in: 0...5, using: &random))
      .map { _ in letters[Int.random(in: letters.indices, using: &random)] }.joined()
  }

  /// Bits of a number that is no half from 32768 to 65504, where cbor2 before 6.0 is wrong, and no NaN with a payload.
  private static func number(_ random: inout SplitMix) -> UInt64 {
    let special: [Double] = [
      0, -0.0, 1, 1.5, 0.1, -4.1, 1e300, 65505, 100_000, 0x1p-24, 0x1p-25, 0x1.8p-24, 0x1p-14, .infinity, -.infinity,
      .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude, Double(Float.greatestFiniteMagnitude), 1e10, 16_777_217,
    ]
    let value: Double =
      switch Int.random(in: 0..<4, using: &random) {
      case 0: special[Int.random(in: special.indices, using: &random)]
      case 1: Double(Int.random(in: -30_000...30_000, using: &random)) / 8
      case 2: Double(Float.random(in: -1e6...1e6, using: &random))
      default: Double.random(in: -1...1, using: &random)
      }
    return (32768...65504).contains(value.magnitude) ? 0 : value.bitPattern
  }

  private static func integer(_ random: inout SplitMix) -> Int128 {
    let wide = Int128(truncatingIfNeeded: random.next()) << 64 | Int128(random.next())
    return wide >> Int.random(in: 0..<128, using: &random)
  }

  init(random: inout SplitMix, depth: Int) {
    func some<Element>(_ make: (inout SplitMix) -> Element) -> [Element] {
      (0..<Int.random(in: 0...4, using: &random)).map { _ in make(&random) }
    }
    func single(_ random: inout SplitMix) -> UInt32 {
      Float(Double(bitPattern: Self.number(&random))).bitPattern
    }
    switch Int.random(in: 0..<(depth > 0 ? 21 : 14), using: &random) {
    case 0: self = .null
    case 1: self = .bool(Bool.random(using: &random))
    case 2, 3: self = .signed(Self.integer(&random))
    case 4: self = .double(Self.number(&random))
    case 5:
      let bits = single(&random)
      self = (32768...65504).contains(Float(bitPattern: bits).magnitude) ? .single(0) : .single(bits)
    case 6, 7: self = .text(Self.word(&random))
    case 8: self = .bytes(some { UInt8.random(in: 0...255, using: &$0) })
    case 9: self = .data(some { UInt8.random(in: 0...255, using: &$0) })
    case 10:
      let seconds = Double(bitPattern: Self.number(&random))
      self = .date((seconds.isNaN ? 0.25 : seconds).bitPattern)
    case 11:
      let bytes = (random.next(), random.next())
      self = .uuid(UUID(uuid: unsafeBitCast(bytes, to: uuid_t.self)))
    case 12: self = .url("https://example.com/" + String(random.next(), radix: 36))
    case 13:
      self = .decimal(
        Bool.random(using: &random) ? "-" : "", String(random.next() >> UInt64.random(in: 0..<64, using: &random)),
        Int.random(in: -20...20, using: &random))
    case 14: self = .array(some { Described(random: &$0, depth: depth - 1) })
    case 15: self = .doubles(some { Self.number(&$0) })
    case 16: self = .singles(some { single(&$0) }.map { 65504 >= Float(bitPattern: $0).magnitude ? 0x3F80_0000 : $0 })
    case 17: self = .integers(some { Int(truncatingIfNeeded: Self.integer(&$0)) })
    case 18: self = .set(Set(some { .text(Self.word(&$0)) } + some { .signed(Self.integer(&$0)) }))
    case 19:
      self = .words(
        Dictionary(some { (Self.word(&$0), Described(random: &$0, depth: depth - 1)) }) { first, _ in first })
    default:
      self = .pairs(
        Dictionary(
          some { (Described.signed(Self.integer(&$0)), Described(random: &$0, depth: depth - 1)) }
        ) { first, _ in first })
    }
  }
}
