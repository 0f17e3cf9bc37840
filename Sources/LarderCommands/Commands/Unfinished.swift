/// Stands in for a body while the table is built before the cache.
@Sendable
func unfinished(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
  throw CommandError(.internalFault, "'\(invocation.command)' has no body yet.")
}
