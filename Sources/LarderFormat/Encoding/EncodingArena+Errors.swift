extension EncodingArena {
  /// What an error calls the item at a node: `args.model.layers[3]`.
  func path(of node: Int) -> String {
    if isSecret { return root }
    var steps: [String] = []
    var index = node
    while index > 0, nodes[index].parent >= 0 {
      steps.append(step(to: index))
      index = Int(nodes[index].parent)
    }
    return root + steps.reversed().joined()
  }

  func step(to index: Int) -> String {
    switch nodes[index].label {
    case .none, .content: ""
    case .member: "[member]"
    case .index: "[\(place(of: index))]"
    case .key: ArgumentPath.step(encodedKey: Array(writer.bytes[nodes[index].keyStart..<nodes[index].keyEnd]))
    }
  }

  private func place(of index: Int) -> Int {
    var place = 0
    var sibling = nodes[Int(nodes[index].parent)].firstChild
    while sibling >= 0, sibling != index {
      place += 1
      sibling = nodes[Int(sibling)].nextSibling
    }
    return place
  }

  /// An error about the item at a node.
  func error(_ node: Int, _ reason: String, cause: (any Error)? = nil) -> LarderError {
    let path = path(of: node)
    return switch policy {
    case .key: LarderError(.argument, "Cannot put \(path) into a key: \(reason).", cause: cause)
    case .value: LarderError(.encoding, "Cannot encode \(path): \(reason).", cause: cause)
    }
  }

  func tooDeep(_ node: Int) -> LarderError {
    let limit = policy.depthLimit
    return LarderError(
      policy == .key ? .argument : .encoding,
      "Cannot \(policy == .key ? "put \(root) into a key" : "encode \(root)"): it is more than \(limit) levels deep, "
        + "or holds itself. Pass what identifies it instead.")
  }
}

/// Paths into arguments, as errors and `explain` write them.
package enum ArgumentPath {
  /// Where the path into an argument begins: `args.model`.
  package static func root(_ argument: String) -> String { "args" + step(.text(argument)) }

  /// The same without the word before it: `model`, or `["a name"]` where that is no plain word.
  package static func beginning(_ argument: String) -> String {
    let step = step(.text(argument))
    return step.hasPrefix(".") ? String(step.dropFirst()) : step
  }

  /// One step into a map: `.name` where that is a plain word, otherwise the key in brackets.
  package static func step(_ key: CBORValue) -> String {
    guard let text = key.text, isWord(text) else { return "[\(key.diagnostic)]" }
    return "." + text
  }

  static func step(encodedKey: [UInt8]) -> String {
    guard let key = try? CBORValue(decoding: encodedKey, depthLimit: 2 * CBORReader.depthLimit) else { return "[?]" }
    return step(key)
  }

  static func isWord(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
        default: false
        }
      }
  }
}
