internal import Larder
internal import LarderCrypto

extension Command {
  @Sendable static func printKey(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    guard let call = try invocation.preparedCall(context) else {
      throw CommandError.usage("Say which call: --function NAME, with its arguments.")
    }
    let document = invocation.flag("document") ? hexadecimal(call.document) : nil
    var members: [(String, JSONText.Value)] = [
      ("schema", .string("larder.key/1")), ("key", .string(call.key.description)),
    ]
    if let document { members.append(("document", .string(document))) }
    try context.report(invocation, members, lines: [document ?? call.key.description])
    return .done
  }
}
