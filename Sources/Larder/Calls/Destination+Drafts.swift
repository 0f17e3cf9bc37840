internal import LarderSystem

/// The names that a result has beside its place until it is whole.
struct DraftName: Hashable, Sendable {
  /// While a lock is held on it: once nobody holds it, its writer has ended, and it can go.
  let held: String
  /// While nobody can tell whether it is still being written.
  let open: String

  private static let prefix = ".larder-"
  private static let digits = 16

  init(_ number: UInt64) {
    let text = String(number, radix: 16)
    // A name at its longest leaves no room for a suffix, so the destination's is no part of these.
    held = Self.prefix + String(repeating: "0", count: Self.digits - text.utf8.count) + text
    open = held + ".new"
  }

  static func isHeld(_ name: [UInt8]) -> Bool {
    let prefix = Array(Self.prefix.utf8)
    guard name.count == prefix.count + Self.digits, name.starts(with: prefix) else { return false }
    return name.dropFirst(prefix.count).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}

// How a stored artifact comes to its place. A process that is killed meanwhile leaves a draft at most, and as the kernel
// gives its locks back, the next one can tell that nobody wants that any more.
extension Destination {
  private static let lockByte: Int64 = 0

  /// Writes a file and puts it in its place, in one step. Where that fails nothing is left of it.
  func placeFile(mode: UInt32, _ write: (borrowing Descriptor) throws -> Void) throws {
    let parent = try Descriptor(directory: directory)
    try drafting(in: parent) { draft in
      if let file = try unnamedFile(in: parent, mode: mode) {
        try write(file)
        // No link replaces anything, so only where something is there already the file needs a name of its own first.
        do throws(SystemError) { return try parent.link(file, as: name) } catch {
          guard error.exists else { throw error }
        }
        let linked = isHeld(file) ? draft.held : draft.open
        try parent.link(file, as: linked)
        return try parent.rename(linked, to: name, in: parent)
      }
      removeAbandoned()
      let file = try parent.open(draft.open, [.readWrite, .create, .exclusive, .noFollow], mode: mode)
      let held = try hold(file, draft, in: parent)
      try write(file)
      try parent.rename(held, to: name, in: parent)
    }
  }

  /// Fills a directory and puts it in its place. Where that fails nothing is left of it.
  func placeTree(_ write: (borrowing Descriptor) throws -> Void) throws {
    removeAbandoned()
    let parent = try Descriptor(directory: directory)
    try drafting(in: parent) { draft in
      try parent.makeDirectory(draft.open)
      let top = try parent.open(draft.open, [.read, .directory, .noFollow])
      let held = try hold(top, draft, in: parent)
      try write(top)
      try publish(held, in: parent)
    }
  }

  /// Makes a symbolic link and puts it in its place.
  func placeLink(to target: [UInt8]) throws {
    let parent = try Descriptor(directory: directory)
    try drafting(in: parent) { draft in
      try parent.makeLink(draft.open, to: target)
      try parent.rename(draft.open, to: name, in: parent)
    }
  }

  /// Lends a directory beside the place, which is gone at the end.
  ///
  /// - Throws: ``NoScratch`` when it cannot be made, and what `body` throws.
  func withScratch<Result>(_ body: (String) throws -> Result) throws -> Result {
    removeAbandoned()
    let scratch = try scratch()
    defer { scratch.remove() }
    // The lock lasts as long as the descriptor.
    return try withExtendedLifetime(scratch.top) { _ in try body(directory + "/" + scratch.held) }
  }

  private struct Scratch: ~Copyable {
    let parent: Descriptor
    let top: Descriptor
    let held: String

    borrowing func remove() { try? parent.removeAll(held) }
  }

  private func scratch() throws(NoScratch) -> Scratch {
    let draft = DraftName(random.next())
    do throws(SystemError) {
      let parent = try Descriptor(directory: directory)
      try parent.makeDirectory(draft.open, mode: 0o700)
      let top = try parent.open(draft.open, [.read, .directory, .noFollow])
      let held = try hold(top, draft, in: parent)
      return Scratch(parent: parent, top: top, held: held)
    } catch {
      discard(draft)
      throw NoScratch(cause: error)
    }
  }

  private func discard(_ draft: DraftName) {
    guard let parent = try? Descriptor(directory: directory) else { return }
    for name in [draft.open, draft.held] { try? parent.removeAll(name) }
  }

  /// Draws a name; what is under it when `body` fails is removed.
  private func drafting(in parent: borrowing Descriptor, _ body: (DraftName) throws -> Void) throws {
    let draft = DraftName(random.next())
    try InterruptDelay.during {
      do { try body(draft) } catch {
        for name in [draft.open, draft.held] { try? parent.removeAll(name) }
        throw error
      }
    }
  }

  /// A file that has no name until it is whole; nil where the file system has no such files.
  private func unnamedFile(in parent: borrowing Descriptor, mode: UInt32) throws(SystemError) -> Descriptor? {
    do throws(SystemError) { return try parent.openUnnamed(mode: mode) } catch {
      if error.isUnsupported { return nil }
      throw error
    }
  }

  /// Takes the lock on a draft, and only then gives it the name that others may remove.
  private func hold(
    _ file: borrowing Descriptor, _ draft: DraftName, in parent: borrowing Descriptor
  ) throws(SystemError) -> String {
    guard isHeld(file) else { return draft.open }
    try parent.rename(draft.open, to: draft.held, in: parent)
    return draft.held
  }

  /// Takes a lock that lasts as long as this descriptor, and says whether everybody can see it. A shared one: no other can be
  /// had on a directory.
  private func isHeld(_ draft: borrowing Descriptor) -> Bool {
    guard Self.showsLocks(draft) else { return false }
    return (try? draft.tryLock(.shared, at: Self.lockByte)) ?? false
  }

  /// Over a network the locks of one host may be unknown to another.
  private static func showsLocks(_ file: borrowing Descriptor) -> Bool {
    guard let kind = try? FileSystemProbe.system.kind(of: file) else { return false }
    return kind.networkName == nil
  }

  /// Removes the drafts of those in the same directory that were killed.
  func removeAbandoned() {
    guard let parent = try? Descriptor(directory: directory), Self.showsLocks(parent) else { return }
    for name in (try? parent.names()) ?? [] where DraftName.isHeld(name) {
      // It may be anybody's: what cannot be looked at, or not be removed, stays.
      guard let status = try? parent.status(of: name), [.file, .directory].contains(status.kind),
        status.owner == Host.userID, let draft = try? parent.open(name, [.read, .noFollow, .nonBlocking]),
        (try? draft.isLocked(at: Self.lockByte)) == false
      else { continue }
      // No name is given twice, and it is given to what is locked already: this is what was looked at.
      try? parent.removeAll(name)
    }
  }
}
