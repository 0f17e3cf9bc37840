/// What a command asks of its options and operands together.
package enum Rule: Sendable {
  /// One of the parts must be given, and not two.
  ///
  /// - missing: the sentence for none.
  case exactlyOne([Part], missing: String)
  case atMostOne([Part])
  /// One of the parts must be given; two may be.
  case atLeastOne([Part], missing: String)
  /// The options make sense only beside another one; `why` ends the message.
  case needs([String], String, why: String)
  /// No two values of these options have one name.
  case distinctNames([String])

  /// An option by its long name, or the operands by their name in help.
  package enum Part: Hashable, Sendable {
    case option(String)
    case operands(String)

    /// As it is written on the command line.
    var shown: String {
      switch self {
      case .option(let name): "'--\(name)'"
      case .operands(let name): name
      }
    }
  }
}

extension Rule {
  func check(_ invocation: Invocation) throws(CommandError) {
    switch self {
    case .exactlyOne(let parts, let missing):
      if !parts.contains(where: invocation.has) { throw .usage(missing) }
      try Rule.refuseTwo(of: parts, invocation)
    case .atMostOne(let parts): try Rule.refuseTwo(of: parts, invocation)
    case .atLeastOne(let parts, let missing): if !parts.contains(where: invocation.has) { throw .usage(missing) }
    case .needs(let options, let other, let why):
      if invocation.has(.option(other)) { return }
      if let lonely = options.first(where: { invocation.has(.option($0)) }) {
        throw .usage("'--\(lonely)' needs '--\(other)': \(why).")
      }
    case .distinctNames(let options):
      // By bytes, as in keys: Swift takes two spellings of one text for equal.
      var owners: [[UInt8]: String] = [:]
      for option in options {
        for name in invocation.names(option) {
          if let owner = owners[Array(name.utf8)] {
            let by = owner == option ? "twice by '--\(option)'" : "by '--\(owner)' and by '--\(option)'"
            throw .usage("The argument '\(name)' is given \(by). Give it once.")
          }
          owners[Array(name.utf8)] = option
        }
      }
    }
  }

  private static func refuseTwo(of parts: [Part], _ invocation: Invocation) throws(CommandError) {
    let given = parts.filter(invocation.has)
    if given.count > 1 { throw .usage("\(given[0].shown) and \(given[1].shown) exclude each other. Give one of them.") }
  }
}
