internal import Foundation

/// A page of Markdown, as far as the tests look at it.
struct Page {
  struct Block: CustomStringConvertible {
    let path: String
    /// The line of the opening fence, counted from 1.
    let line: Int
    /// What stands behind the fence; empty for text that is not for a machine.
    let language: String
    let lines: [String]

    var description: String { "\(path):\(line)" }
  }

  struct Unclosed: Error { let place: String }

  let path: String
  let lines: [String]
  let blocks: [Block]

  /// `GettingStarted` of `…/GettingStarted.md`.
  var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

  init(path: String, text: String) throws {
    self.path = path
    lines = text.components(separatedBy: "\n")
    var blocks: [Block] = []
    var open: (line: Int, language: String, body: [String])?
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(Block(path: path, line: block.line, language: block.language, lines: block.body))
          open = nil
        } else {
          open = (number + 1, String(line.dropFirst(3)), [])
        }
      } else {
        open?.body.append(line)
      }
    }
    if let open { throw Unclosed(place: "\(path):\(open.line)") }
    self.blocks = blocks
  }

  /// The rows of the first table below a heading, without its two head lines.
  func table(below heading: String) -> [String] {
    let section = lines.drop { $0 != heading }.dropFirst().prefix { !$0.hasPrefix("#") }
    return Array(section.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2))
  }
}

/// Lines without the indentation that all of them share, and without empty lines around them.
func dedented(_ lines: [String]) -> [String] {
  let margin =
    lines.filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
  var result = lines.map { $0.allSatisfy(\.isWhitespace) ? "" : String($0.dropFirst(margin)) }
  while result.first == "" { result.removeFirst() }
  while result.last == "" { result.removeLast() }
  return result
}
