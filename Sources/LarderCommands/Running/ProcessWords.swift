#if canImport(Glibc)
  // Preconcurrency: C declares `environ` as a variable; nothing here changes it.
  @preconcurrency internal import Glibc
#elseif canImport(Darwin)
  @preconcurrency internal import Darwin
#endif

/// Runs `larder` with this process's words and variables, and ends the process.
public func runProcess() -> Never {
  do {
    exit(runCommand(arguments: try processArguments(), environment: processEnvironment()))
  } catch {
    try? ByteOutput.standardError.write("larder: \(error.message)\n")
    try? ByteOutput.standardError.flush()
    exit(error.status.number)
  }
}

/// The words after the program's name.
///
/// Swift's own list replaces bytes that are not UTF-8 in silence: two different arguments would then have one key.
private func processArguments() throws(CommandError) -> [String] {
  var words: [String] = []
  for index in 1..<max(1, Int(CommandLine.argc)) {
    guard let pointer = CommandLine.unsafeArgv[index] else { break }
    guard let word = String(validatingCString: pointer) else {
      let shown = escapingControls(String(cString: pointer))
      throw .usage("Word \(index) of the command line, '\(shown)', is not UTF-8. Larder takes no other names.")
    }
    words.append(word)
  }
  return words
}

/// The variables; those that are not UTF-8 are left out, because no setting can be one.
private func processEnvironment() -> [String: String] {
  var variables: [String: String] = [:]
  // Without any variable the list is missing on some systems, which Swift's import does not say.
  let list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
  guard var next = list else { return [:] }
  while let pointer = next.pointee {
    if let line = String(validatingCString: pointer), let equals = line.unicodeScalars.firstIndex(of: "=") {
      variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    next += 1
  }
  return variables
}
