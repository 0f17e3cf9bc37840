import LarderCrypto
import Testing

@testable import LarderFormat

@Suite("CBOR writing") struct CBORWriterTests {
  @Test("every half-precision number, and only those, is written in three bytes")
  func halves() {
    var seen = Set<UInt16>()
    for bits in UInt16.min...UInt16.max {
      let exponent = Int(bits >> 10 & 31)
      let fraction = Double(bits & 0x3FF)
      var value: Double
      switch exponent {
      case 31:
        if fraction != 0 { continue }
        value = .infinity
      case 0: value = fraction * 0x1p-24
      default: value = (1 + fraction / 1024) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
      }
      if bits & 0x8000 != 0 { value = -value }
      var writer = CBORWriter()
      writer.double(value)
      #expect(writer.bytes == [0xF9, UInt8(bits >> 8), UInt8(bits & 255)])
      seen.insert(bits)
      if value.isFinite {
        var next = CBORWriter()
        next.double(Double(Float(value).nextUp))
        #expect(next.bytes.count == 5 || value.magnitude < 0x1p-24)
      }
    }
    #expect(seen.count == 2 * (31 * 1024 + 1))
  }
}
