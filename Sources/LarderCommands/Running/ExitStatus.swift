/// How the command ends: 0 and 1 are answers, 4 is a report, from 64 on they are the numbers of sysexits.h.
package struct ExitStatus: Hashable, Sendable {
  package let number: Int32
  /// The signal that the process is to end by, as the program did that it ran.
  package let signal: Int32?

  package init(_ number: Int32) {
    self.number = number
    signal = nil
  }

  /// As a shell shows an end by a signal.
  package init(signal: Int32) {
    number = 128 + signal
    self.signal = signal
  }

  package static let done = ExitStatus(0)
  /// A negative answer: a miss, nothing matched.
  package static let no = ExitStatus(1)
  /// Problems remain.
  package static let problems = ExitStatus(4)
  package static let usage = ExitStatus(64)
  package static let badInput = ExitStatus(65)
  package static let noCache = ExitStatus(66)
  /// The index cannot be reached.
  package static let unavailable = ExitStatus(69)
  /// A fault of Larder's own.
  package static let internalFault = ExitStatus(70)
  package static let cannotCreate = ExitStatus(73)
  package static let inputOutput = ExitStatus(74)
  package static let busy = ExitStatus(75)
  package static let refused = ExitStatus(77)
  package static let configuration = ExitStatus(78)
  // Of `run` alone, as of `env` and `timeout`: every other number is that of the program that it runs.

  package static let timedOut = ExitStatus(124)
  /// Larder itself failed, and the program was not run, or not to its end.
  package static let notRun = ExitStatus(125)
  package static let notExecutable = ExitStatus(126)
  package static let notFound = ExitStatus(127)

  /// Nobody reads standard output any more: 128 + SIGPIPE, as a shell shows it for coreutils and git.
  package static let brokenPipe = ExitStatus(141)

  /// What the number means, for help pages.
  package var meaning: String {
    switch self {
    case .done: "done"
    case .no: "the answer is no"
    case .problems: "problems remain"
    case .usage: "the command line is wrong"
    case .badInput: "input data is wrong"
    case .noCache: "no cache there"
    case .unavailable: "the index cannot be reached"
    case .cannotCreate: "cannot be created"
    case .inputOutput: "input/output error or full disk"
    case .busy: "busy"
    case .refused: "refused: permissions"
    case .configuration: "a setting is wrong"
    case .timedOut: "run: the command took too long"
    case .notRun: "run: larder itself failed"
    case .notExecutable: "run: the command cannot be executed"
    case .notFound: "run: there is no such command"
    default: "status \(number)"
    }
  }
}
