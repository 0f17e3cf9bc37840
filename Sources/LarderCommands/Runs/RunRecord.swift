internal import LarderSystem

/// What is kept of a run beside what it wrote.
///
///     {"schema":"larder.run-record/1","status":0,"signal":null,"merged":false,"exact":true,"order":[12,-5],"outputs":["model"]}
///
/// `order` has the lengths of what was written by turns, those of standard error below zero. `exact` says that this is the
/// order in which it was written, and not only the one in which it came. `merged` says that both streams went to one
/// place, and all of it is in standard output. The output with number 0 lies at `outputs/0` of the tree.
struct RunRecord: Hashable {
  static let path = "run.json"
  static let outputPath = "stdout"
  static let errorPath = "stderr"
  static let outputsPath = "outputs"
  private static let schema = "larder.run-record/1"

  var exit: ChildProcess.Exit
  var isMerged: Bool
  var isExact: Bool
  var order: [Int64]
  /// As the command line named them.
  var outputs: [String]

  var text: String {
    let (status, signal): (Int64?, Int64?) =
      switch exit {
      case .status(let number): (Int64(number), nil)
      case .signal(let number): (nil, Int64(number))
      }
    return JSONText.object([
      ("schema", .string(Self.schema)), ("status", .optional(status) { .integer($0) }),
      ("signal", .optional(signal) { .integer($0) }), ("merged", .bool(isMerged)), ("exact", .bool(isExact)),
      ("order", .array(order.map { .integer($0) })), ("outputs", .array(outputs.map { .string($0) })),
    ])
  }
}

extension RunRecord {
  /// Nil for anything else than ``text`` gives.
  init?(_ bytes: [UInt8]) {
    guard case .object(let list)? = try? JSONReader.read(bytes) else { return nil }
    let members = Dictionary(list.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    guard members["schema"] == .string(Self.schema), case .bool(let isMerged)? = members["merged"],
      case .bool(let isExact)? = members["exact"], case .array(let order)? = members["order"],
      case .array(let outputs)? = members["outputs"], let exit = Self.exit(members["status"], members["signal"])
    else { return nil }
    self.init(
      exit: exit, isMerged: isMerged, isExact: isExact, order: order.compactMap(Self.number),
      outputs: outputs.compactMap { if case .string(let path) = $0 { path } else { nil } })
    guard self.order.count == order.count, self.outputs.count == outputs.count else { return nil }
  }

  private static func exit(_ status: JSONValue?, _ signal: JSONValue?) -> ChildProcess.Exit? {
    if let number = status.flatMap(number), (0...255).contains(number) { return .status(Int32(number)) }
    if let number = signal.flatMap(number), (1...127).contains(number) { return .signal(Int32(number)) }
    return nil
  }

  private static func number(_ value: JSONValue) -> Int64? {
    if case .integer(let number) = value { number.int64 } else { nil }
  }
}
