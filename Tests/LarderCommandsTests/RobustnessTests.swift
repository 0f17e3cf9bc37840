internal import LarderCommands
internal import LarderTesting
internal import Shared
internal import Testing

@Suite("Whatever is typed")
struct RobustnessTests {
  @Test("any words are understood or refused with one line and a status", arguments: [1, 2, 3] as [UInt64])
  func anyWords(_ seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let table = ArgumentTable.larder
    let options = (table.commands.flatMap(\.options) + table.globals.options).map { "--" + $0.name }
    let others = [
      "-d", "-f", "-qn", "-fx", "--", "-", "", "--x", "a=1", "a={}", "=", "f@1", "@", "5m", "cost", "é", "\u{1B}", "\n",
      String(repeating: "ab", count: 32), "01234567", "-1", "--json=", "--dir=x", "--=",
    ]
    let vocabulary = table.commands.map(\.name) + options + others
    for _ in 0..<3000 {
      let line = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        vocabulary[Int.random(in: 0..<vocabulary.count, using: &generator)]
      }
      do {
        if case .command(_, let invocation) = try CommandLineParser(table).parse(line) { _ = invocation.keys }
      } catch {
        #expect([64, 65].contains(error.status.number), "seed \(seed): \(line)")
        #expect(error.message.hasSuffix(".") || error.message.hasSuffix("?") || error.message.contains("Usage: "))
      }
    }
  }

  @Test("damaged JSON is refused or read, and what is read is written and read back the same")
  func damagedJSON() throws {
    let seed: UInt64 = 20_261_120
    var generator = SplitMix(seed: seed)
    let text = Array(#"{"a":[1.5e3,"\ud83d\ude00é",{"b":null}],"c":-0,"d":12345678901234567890,"e":[true,false]}"#.utf8)
    var accepted = 0
    for round in 0..<5000 {
      var bytes = text
      for _ in 0...Int.random(in: 0...2, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[place] = UInt8.random(in: 0...255, using: &generator)
      }
      guard let value = try? JSONReader.read(bytes) else { continue }
      accepted += 1
      #expect(try JSONReader.read(JSONText.text(value)) == value, "seed \(seed), round \(round)")
    }
    #expect(accepted > 0)
  }
}
