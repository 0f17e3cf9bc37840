import LarderCommands
import Testing

extension Command: CustomTestStringConvertible {
  /// The name alone: a whole page of the table hides the line that says what failed.
  public var testDescription: String { name }
}
