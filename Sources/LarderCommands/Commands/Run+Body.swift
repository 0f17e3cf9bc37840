internal import Larder

extension Command {
  @Sendable static func runCommand(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    // Other numbers are those of the command that is run.
    do { return try Runner(RunRequest(invocation, context)).status() } catch let error as CommandError {
      throw [.notFound, .notExecutable, .usage].contains(error.status)
        ? error : CommandError(.notRun, error.message)
    } catch let error as OutputError {
      throw error
    } catch {
      throw CommandError(.notRun, CommandError(error).message)
    }
  }
}
