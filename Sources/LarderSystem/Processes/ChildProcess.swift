#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A program that this process has started.
package struct ChildProcess: Sendable {
  /// How a program ended.
  package enum Exit: Hashable, Sendable {
    case status(Int32)
    case signal(Int32)

    static let killed = Exit.signal(SIGKILL)
  }

  private let id: pid_t
  private let hasGroup: Bool

  /// Starts a program.
  ///
  /// Its signals are as this process found them; of its descriptors it inherits the three that are given.
  ///
  /// - Parameters:
  ///   - path: The file to run.
  ///   - words: Its words, the first of which is its name.
  ///   - streams: What it reads from, writes to, and complains to.
  ///   - watch: Takes this process's signals meanwhile.
  ///   - ownGroup: Whether it leads a process group of its own, so that all of it can be signalled.
  /// - Throws: `SystemError`, such as ENOEXEC for a file that the system does not know how to run.
  package init(
    running path: String, _ words: [String], streams: (input: Int32, output: Int32, error: Int32),
    watch: borrowing SignalWatch, ownGroup: Bool
  ) throws(SystemError) {
    let blocked = watch.blocked
    do throws(SystemError) {
      id = try Self.spawn(path, words, nil, streams, blocked, ownGroup)
    } catch {
      // As execvp does it: what has no mark of its own is a script of the shell.
      guard error.number == ENOEXEC else { throw error }
      id = try Self.spawn("/bin/sh", ["sh", path] + words.dropFirst(), nil, streams, blocked, ownGroup)
    }
    hasGroup = ownGroup
  }

  /// Starts a program of which only its end matters, with variables of its own.
  init(
    running path: String, _ words: [String], environment: [String: String],
    streams: (input: Int32, output: Int32, error: Int32)
  ) throws(SystemError) {
    id = try Self.spawn(path, words, environment, streams, nil, false)
    hasGroup = false
  }

  private static func spawn(
    _ path: String, _ words: [String], _ environment: [String: String]?,
    _ streams: (input: Int32, output: Int32, error: Int32), _ blocked: sigset_t?, _ ownGroup: Bool
  ) throws(SystemError) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (from, to) in [(streams.input, Int32(0)), (streams.output, 1), (streams.error, 2)] {
      // Also where both are the same: then the flag that closes it is taken off.
      posix_spawn_file_actions_adddup2(&actions, from, to)
    }
    var flags = POSIX_SPAWN_SETSIGDEF
    var signals = StandardStream.signalsSetAside
    posix_spawnattr_setsigdefault(&attributes, &signals)
    if var blocked {
      flags |= POSIX_SPAWN_SETSIGMASK
      posix_spawnattr_setsigmask(&attributes, &blocked)
    }
    if ownGroup {
      flags |= POSIX_SPAWN_SETPGROUP
      posix_spawnattr_setpgroup(&attributes, 0)
    }
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var pointers = cStrings(words)
    var variables = cStrings((environment ?? [:]).map { "\($0.key)=\($0.value)" }.sorted())
    defer { for pointer in pointers + variables { free(pointer) } }
    var id: pid_t = 0
    let own = ProcessEnvironment.pointer
    let number = variables.withUnsafeMutableBufferPointer {
      posix_spawn(&id, path, &actions, &attributes, &pointers, environment == nil ? own : $0.baseAddress)
    }
    guard number == 0 else { throw SystemError(.spawn, number, path: path) }
    return id
  }

  /// How it ended; nil while it runs.
  package func exit() -> Exit? {
    var status: Int32 = 0
    var found: pid_t = 0
    repeat { found = waitpid(id, &status, WNOHANG) } while found == -1 && errno == EINTR
    if found == 0 { return nil }
    // Somebody has set SIGCHLD aside, so that nobody is told.
    if found == -1 { return .status(0) }
    return status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }

  /// Waits until it has ended.
  func wait() -> Exit {
    while true {
      if let exit = exit() { return exit }
      var information = siginfo_t()
      _ = waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT)
    }
  }

  /// Sends a signal to it, and to its group where it has one of its own.
  package func send(_ signal: Int32) { kill(hasGroup ? -id : id, signal) }

  package func end() { send(SIGKILL) }
  package func askToEnd() { send(SIGTERM) }
}

/// Copies of texts as C has lists of them: pointers, and none behind the last.
private func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] { texts.map { strdup($0) } + [nil] }

/// Ends this process by a signal, so that whoever waits for it sees the same as of the program that it ran.
package func endProcess(by number: Int32) -> Never {
  // What was dumped is the other's affair.
  var none = rlimit(rlim_cur: 0, rlim_max: 0)
  #if canImport(Darwin)
    setrlimit(RLIMIT_CORE, &none)
  #else
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  #endif
  signal(number, SIG_DFL)
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, number)
  sigprocmask(SIG_UNBLOCK, &set, nil)
  kill(getpid(), number)
  // A signal that does not end processes.
  exit(128 + number)
}
