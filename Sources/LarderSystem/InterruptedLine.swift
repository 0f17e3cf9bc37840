internal import CSystem

/// A line of a terminal that is being drawn.
package enum InterruptedLine {
  /// Whether SIGINT, SIGTERM and SIGHUP erase the line of the cursor on standard error before they end the process, as
  /// they do then. Signals that the process ignores stay ignored.
  package static func eraseWhenInterrupted(_ isDrawn: Bool) { larder_erase_line_when_interrupted(isDrawn ? 1 : 0) }
}
