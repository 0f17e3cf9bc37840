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
