/// What the command line asks for.
struct Settings {
  static let usage = """
    usage: larder-benchmarks [--directory DIR] [--only TEXT] [--contender TEXT] [--rounds N]
                             [--json]

      --directory DIR   where to measure; a directory is made in it and removed at the end (default: TMPDIR or /tmp)
      --only TEXT       only the groups whose name contains TEXT
      --contender TEXT  only the contenders whose name contains TEXT, without anything beside them: for a profiler
      --rounds N        how many turns each contender gets, in place of what fits the group
      --json            prints JSON instead of tables
    """

  var directory: String?
  var only: String?
  var contender: String?
  var rounds: Int?
  var json = false
  var help = false

  struct WrongUsage: Error { let message: String }

  init(_ arguments: some Sequence<String>) throws {
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      func value() throws -> String {
        guard let value = rest.next() else { throw WrongUsage(message: "\(argument) needs a value.") }
        return value
      }
      switch argument {
      case "--directory": directory = try value()
      case "--only": only = try value()
      case "--contender": contender = try value()
      case "--rounds":
        let text = try value()
        guard let number = Int(text), number > 0 else {
          throw WrongUsage(message: "--rounds needs a number above zero. It is '\(text)'.")
        }
        rounds = number
      case "--json": json = true
      case "--help", "-h": help = true
      default: throw WrongUsage(message: "There is no option '\(argument)'.")
      }
    }
  }
}
