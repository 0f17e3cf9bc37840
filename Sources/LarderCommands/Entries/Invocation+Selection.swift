internal import Larder
internal import LarderFormat

extension Invocation {
  /// The entries that the options select.
  func entrySelection() throws -> EntrySelection {
    var selection = EntrySelection()
    selection.namespace = text("namespace")
    selection.function = glob("function")
    selection.tags = texts("tag")
    var arguments = KeyArguments()
    for (name, value) in jsonPairs("arg") { arguments.append(name, JSONArgument(value)) }
    selection.arguments = try arguments.leaves()
    return selection
  }
}
