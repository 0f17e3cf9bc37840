/// The options that name a call, shared by every command that takes one.
enum CallOptions {
  static let group = OptionGroup(
    "Naming a call",
    [
      Option(
        "function", short: "f", .textNotEmpty, "NAME[@VERSION]", "What computes it, split at the last @",
        completes: .functions, alsoKnownAs: ["name", "fn", "func"]),
      Option("function-version", .textNotEmpty, "TEXT", "The version, for a NAME that holds an @ itself"),
      Option(
        "arg", .jsonPair(plainText: "For plain text use --text."), "NAME=JSON",
        "An argument: 1 is an integer, 1.0 a double, \"a\" a text", repeatable: true,
        alsoKnownAs: ["argument", "param"]),
      Option(
        "text", .pair, "NAME=TEXT", "An argument that is this text", repeatable: true, alsoKnownAs: ["string", "str"]),
      Option("file", .pathPair, "NAME=PATH", "An argument that is the content of this file", repeatable: true),
      Option(
        "tree", .pathPair, "NAME=DIR", "An argument that is the content of this directory", repeatable: true,
        completes: .pairOfDirectory),
      environment, portable,
    ])

  static let environment = Option(
    "env", .variableName, "NAME", "Add this environment variable to the key", repeatable: true)
  static let portable = Option(flag: "portable", "Leave operating system and processor out of the key")

  private static let dependent = ["function-version", "arg", "text", "file", "tree", "env", "portable"]

  static let rules: [Rule] = [
    .needs(dependent, "function", why: "it is part of a call"),
    .distinctNames(["arg", "text", "file", "tree"]),
  ]
}

/// A call as the command line names it.
package struct NamedCall: Sendable {
  /// The value of one argument.
  package enum Argument: Hashable, Sendable {
    case json(JSONValue)
    case text(String)
    case file(path: String)
    case tree(path: String)
  }

  package let function: FunctionName
  /// In the order of the options in the table.
  package let arguments: [(name: String, value: Argument)]
  /// Names of variables, each once.
  package let environment: [String]
  package let isPortable: Bool
}

extension Invocation {
  /// The call that the options name; nil without `--function`.
  ///
  /// - Throws: status 64 for a function without name or version.
  package func namedCall() throws(CommandError) -> NamedCall? {
    guard let text = text("function") else { return nil }
    let function: FunctionName
    if let version = self.text("function-version") {
      // The name is taken whole: that is what the option is for.
      function = FunctionName(name: text, version: version)
    } else if let split = FunctionName(text) {
      function = split
    } else {
      throw .usage(
        "'--function' is '\(text)' but must be NAME or NAME@VERSION. For a name that holds an @ use --function-version."
      )
    }
    var arguments: [(name: String, value: NamedCall.Argument)] = []
    for (name, value) in jsonPairs("arg") { arguments.append((name, .json(value))) }
    for (name, text) in pairs("text") { arguments.append((name, .text(text))) }
    for (name, path) in pairs("file") { arguments.append((name, .file(path: path))) }
    for (name, path) in pairs("tree") { arguments.append((name, .tree(path: path))) }
    var seen: Set<String> = []
    return NamedCall(
      function: function, arguments: arguments, environment: texts("env").filter { seen.insert($0).inserted },
      isPortable: flag("portable"))
  }
}
