#if DEBUG && os(Linux)
  internal import CSQLite
  internal import Glibc
  internal import LarderSystem

  /// Lets the calls that SQLite makes of the system pass our seam, so that tests can strike them: debug builds only.
  ///
  /// SQLite has a table of its system calls that may be replaced; only its flushes are not in there, and are met one
  /// floor above. Closing is left alone: a descriptor that is not closed would keep locks that no real failure keeps.
  package enum SQLiteSeam {
    /// Call it once, before the first connection of the process.
    package static func install() {
      guard Calls.original.vfs != nil else { return }
      replace(
        "open",
        by: { (path: UnsafePointer<CChar>?, flags: Int32, mode: Int32) -> Int32 in
          isStruck(.open) ? -1 : Calls.original.open?(path, flags, mode) ?? -1
        } as Calls.Open)
      replace(
        "access",
        by: { (path: UnsafePointer<CChar>?, mode: Int32) -> Int32 in
          isStruck(.access) ? -1 : Calls.original.access?(path, mode) ?? -1
        } as Calls.Access)
      replace(
        "stat",
        by: { (path: UnsafePointer<CChar>?, status: UnsafeMutableRawPointer?) -> Int32 in
          isStruck(.stat) ? -1 : Calls.original.stat?(path, status) ?? -1
        } as Calls.Stat)
      replace(
        "lstat",
        by: { (path: UnsafePointer<CChar>?, status: UnsafeMutableRawPointer?) -> Int32 in
          isStruck(.lstat) ? -1 : Calls.original.lstat?(path, status) ?? -1
        } as Calls.Stat)
      replace(
        "fstat",
        by: { (file: Int32, status: UnsafeMutableRawPointer?) -> Int32 in
          isStruck(.fstat) ? -1 : Calls.original.fstat?(file, status) ?? -1
        } as Calls.FStat)
      replace(
        "ftruncate",
        by: { (file: Int32, size: Int) -> Int32 in
          isStruck(.ftruncate) ? -1 : Calls.original.ftruncate?(file, size) ?? -1
        } as Calls.Truncate)
      replace(
        "fcntl",
        by: { (file: Int32, command: Int32, argument: Int) -> Int32 in
          isStruck(isUnlocking(command, argument) ? .unlock : .fcntl)
            ? -1 : Calls.original.fcntl?(file, command, argument) ?? -1
        } as Calls.Control)
      replace(
        "unlink",
        by: { (path: UnsafePointer<CChar>?) -> Int32 in
          isStruck(.unlink) ? -1 : Calls.original.unlink?(path) ?? -1
        } as Calls.Unlink)
      replace(
        "mmap",
        by: {
          (at: UnsafeMutableRawPointer?, size: Int, protection: Int32, flags: Int32, file: Int32, offset: Int)
            -> UnsafeMutableRawPointer? in
          isStruck(.mmap) ? MAP_FAILED : Calls.original.mmap?(at, size, protection, flags, file, offset) ?? MAP_FAILED
        } as Calls.Map)
      replaceTransfers()
      replaceFlushes()
    }

    private static func replaceTransfers() {
      replace(
        "read",
        by: { (file: Int32, bytes: UnsafeMutableRawPointer?, count: Int) -> Int in
          isStruck(.read) ? -1 : Calls.original.read?(file, bytes, Faults.libraryLimit(.read, count)) ?? -1
        } as Calls.Transfer)
      replace(
        "write",
        by: { (file: Int32, bytes: UnsafeMutableRawPointer?, count: Int) -> Int in
          isStruck(.write) ? -1 : Calls.original.write?(file, bytes, Faults.libraryLimit(.write, count)) ?? -1
        } as Calls.Transfer)
      let read: Calls.TransferAt = { file, bytes, count, offset in
        isStruck(.pread) ? -1 : Calls.original.pread?(file, bytes, Faults.libraryLimit(.pread, count), offset) ?? -1
      }
      let write: Calls.TransferAt = { file, bytes, count, offset in
        isStruck(.pwrite) ? -1 : Calls.original.pwrite?(file, bytes, Faults.libraryLimit(.pwrite, count), offset) ?? -1
      }
      // SQLite is compiled with one of each pair.
      for name in ["pread", "pread64"] { replace(name, by: read) }
      for name in ["pwrite", "pwrite64"] { replace(name, by: write) }
    }

    /// Registers a copy of SQLite's file system as the default, whose files flush through the seam.
    private static func replaceFlushes() {
      guard let original = Calls.original.vfs else { return }
      let copy = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
      copy.initialize(to: original.pointee)
      copy.pointee.pNext = nil
      copy.pointee.zName = UnsafePointer(strdup("larder-seam"))
      copy.pointee.xOpen = { _, name, file, flags, opened in
        guard let vfs = Calls.original.vfs, let open = vfs.pointee.xOpen else { return SQLITE_CANTOPEN }
        let code = open(vfs, name, file, flags, opened)
        if code == SQLITE_OK, let file { Flushes.replace(file) }
        return code
      }
      sqlite3_vfs_register(copy, 1)
    }

    private static func replace<Call>(_ name: String, by call: Call) {
      guard let vfs = Calls.original.vfs, Calls.address(vfs, name) != nil else { return }
      _ = vfs.pointee.xSetSystemCall(vfs, name, unsafeBitCast(call, to: sqlite3_syscall_ptr.self))
    }
  }

  /// Whether a call fails without being made; its error number is then set.
  private func isStruck(_ call: SystemCall) -> Bool {
    guard let number = Faults.willPerform(call) else { return false }
    errno = number
    return true
  }

  private func isUnlocking(_ command: Int32, _ argument: Int) -> Bool {
    command == F_SETLK && UnsafePointer<flock>(bitPattern: argument)?.pointee.l_type == Int16(F_UNLCK)
  }

  /// The calls as SQLite makes them.
  ///
  /// Unchecked because they are addresses of functions, read once.
  private struct Calls: @unchecked Sendable {
    typealias Open = @convention(c) (UnsafePointer<CChar>?, Int32, Int32) -> Int32
    typealias Access = @convention(c) (UnsafePointer<CChar>?, Int32) -> Int32
    typealias Stat = @convention(c) (UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Int32
    typealias FStat = @convention(c) (Int32, UnsafeMutableRawPointer?) -> Int32
    typealias Truncate = @convention(c) (Int32, Int) -> Int32
    // Variadic in C, which on Linux passes a third argument as any function does.
    typealias Control = @convention(c) (Int32, Int32, Int) -> Int32
    typealias Unlink = @convention(c) (UnsafePointer<CChar>?) -> Int32
    typealias Map = @convention(c) (UnsafeMutableRawPointer?, Int, Int32, Int32, Int32, Int) -> UnsafeMutableRawPointer?
    typealias Transfer = @convention(c) (Int32, UnsafeMutableRawPointer?, Int) -> Int
    typealias TransferAt = @convention(c) (Int32, UnsafeMutableRawPointer?, Int, Int) -> Int

    static let original = Calls()

    let vfs: UnsafeMutablePointer<sqlite3_vfs>?
    let open: Open?, access: Access?, stat: Stat?, lstat: Stat?, fstat: FStat?, ftruncate: Truncate?
    let fcntl: Control?, unlink: Unlink?, mmap: Map?
    let read: Transfer?, write: Transfer?, pread: TransferAt?, pwrite: TransferAt?

    private init() {
      let vfs = sqlite3_vfs_find("unix")
      self.vfs = vfs
      func call<Call>(_ names: String..., as type: Call.Type) -> Call? {
        guard let vfs else { return nil }
        return names.lazy.compactMap { Self.address(vfs, $0) }.first.map { unsafeBitCast($0, to: type) }
      }
      open = call("open", as: Open.self)
      access = call("access", as: Access.self)
      stat = call("stat", as: Stat.self)
      lstat = call("lstat", as: Stat.self)
      fstat = call("fstat", as: FStat.self)
      ftruncate = call("ftruncate", as: Truncate.self)
      fcntl = call("fcntl", as: Control.self)
      unlink = call("unlink", as: Unlink.self)
      mmap = call("mmap", as: Map.self)
      read = call("read", as: Transfer.self)
      write = call("write", as: Transfer.self)
      pread = call("pread", "pread64", as: TransferAt.self)
      pwrite = call("pwrite", "pwrite64", as: TransferAt.self)
    }

    static func address(_ vfs: UnsafeMutablePointer<sqlite3_vfs>, _ name: String) -> sqlite3_syscall_ptr? {
      vfs.pointee.xGetSystemCall(vfs, name)
    }
  }

  /// Tables of the operations of open files, with flushes that pass the seam.
  private enum Flushes {
    private typealias Operations = UnsafePointer<sqlite3_io_methods>

    /// The tables by the address of the one that they replace, and the other way round; they live for ever.
    private static let tables = Locked<(replaced: [Int: Int], original: [Int: Int])>(([:], [:]))

    static func replace(_ file: UnsafeMutablePointer<sqlite3_file>) {
      guard let original = file.pointee.pMethods else { return }
      let address = Int(bitPattern: original)
      let replaced = tables.withLock { tables in
        if let known = tables.replaced[address] { return known }
        let copy = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        copy.initialize(to: original.pointee)
        copy.pointee.xSync = { file, flags in
          if isStruck(.fsync) { return SQLITE_IOERR | 4 << 8 }  // SQLITE_IOERR_FSYNC
          guard let file, let sync = Flushes.original(file)?.pointee.xSync else { return SQLITE_IOERR }
          return sync(file, flags)
        }
        tables.replaced[address] = Int(bitPattern: copy)
        tables.original[Int(bitPattern: copy)] = address
        return Int(bitPattern: copy)
      }
      file.pointee.pMethods = Operations(bitPattern: replaced)
    }

    private static func original(_ file: UnsafeMutablePointer<sqlite3_file>) -> Operations? {
      let address = Int(bitPattern: file.pointee.pMethods)
      return tables.withLock { $0.original[address] }.flatMap { Operations(bitPattern: $0) }
    }
  }
#endif
