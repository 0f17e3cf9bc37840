package import Larder
internal import LarderSystem

/// The end of a command that could not do what it was asked to.
package struct CommandError: Error, Hashable, Sendable {
  package let status: ExitStatus
  /// One line: what failed, on what, and what to do.
  package let message: String

  package init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  package static func usage(_ message: String) -> CommandError { CommandError(.usage, message) }
}

extension CommandError {
  /// The end that any error leads to.
  init(_ error: any Error) {
    switch error {
    case let error as CommandError: self = error
    case let error as LarderError:
      self.init(ExitStatus(error.code), error.messageWithCommand)
    case let error as SystemError: self.init(.inputOutput, error.description + ".")
    default: self.init(.internalFault, "\(error)")
    }
  }
}

extension LarderError {
  /// The message, with the command that does what the library asks for.
  var messageWithCommand: String {
    isMendedByWriting ? messageWithCause + " larder verify --repair does that." : messageWithCause
  }

  /// Messages about system calls hold the reason already; others need their cause to be understood.
  fileprivate var messageWithCause: String {
    guard let cause, !(cause is SystemError) else { return message }
    return description
  }
}

extension ExitStatus {
  /// The status for an error of the library.
  package init(_ code: LarderError.Code) {
    self =
      switch code {
      case .usage: .usage
      case .argument, .encoding, .format: .badInput
      case .noCache: .noCache
      case .index: .unavailable
      case .cannotCreate: .cannotCreate
      case .tooLarge: .badInput
      case .io, .fullDisk, .damaged: .inputOutput
      case .busy: .busy
      case .refused: .refused
      case .configuration: .configuration
      default: .internalFault
      }
  }
}
