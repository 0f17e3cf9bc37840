import Foundation
import LarderSystem
import Testing

/// A directory that is removed after the test.
func withScratch(_ body: (String) throws -> Void) throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "larder-\(UUID().uuidString)").path
  try makeDirectories(path)
  defer { try? FileManager.default.removeItem(atPath: path) }
  try body(path)
}

@Suite("System calls") struct DescriptorTests {
  @Test("a file written through short writes and interrupts has every byte")
  func shortWrites() throws {
    try withScratch { path in
      let directory = try Descriptor(directory: path)
      let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
      let plan = Faults.Plan { call, index in
        guard call == .write else { return nil }
        return index.isMultiple(of: 3) ? .error(4) : .short
      }
      try Faults.$plan.withValue(plan) {
        let file = try directory.open("a", [.readWrite, .create, .exclusive])
        try file.writeAll(bytes)
        try file.seek(to: 0)
        #expect(try file.contents(limit: 1000) == bytes)
        #expect(try file.contents(limit: 999) == nil)
      }
      #expect(plan.calls > 1000)
    }
  }

  @Test("an opening without links meets files, and no link wherever it stands", arguments: [false, true])
  func withoutLinks(inSteps: Bool) throws {
    try withScratch { path in
      let directory = try Descriptor(directory: path)
      for name in ["real", "other"] { try directory.makeDirectory(name) }
      try directory.open("real/file", [.readWrite, .create]).writeAll([1, 2, 3])
      try directory.open("top", [.readWrite, .create]).writeAll([4])
      try directory.makeLink("real/link", to: "file")
      try directory.makeLink("linked", to: "real")
      func bytes(_ name: String) throws -> [UInt8]? {
        try directory.openWithoutLinks(name, [.read, .noFollow, .nonBlocking], inSteps: inSteps).contents(limit: 10)
      }
      #expect(try bytes("real/file") == [1, 2, 3])
      #expect(try bytes("top") == [4])
      for name in ["real/link", "linked/file", "linked", "top/file"] {
        let error = #expect(throws: SystemError.self, "\(name)") { try bytes(name) }
        #expect(error?.isOutOfPlace == true, "\(name)")
      }
      for name in ["real/none", "none/file", "none"] {
        let error = #expect(throws: SystemError.self, "\(name)") { try bytes(name) }
        #expect(error?.isMissing == true, "\(name)")
      }
    }
  }

  @Test("an unnamed file gets its name once, and never takes another file's")
  func unnamed() throws {
    try withScratch { path in
      let directory = try Descriptor(directory: path)
      let file = try directory.openUnnamed()
      try file.writeAll([1, 2, 3])
      #expect(try directory.names().isEmpty)
      try directory.link(file, as: "x")
      #expect(try directory.status(of: "x").size == 3)
      #expect(throws: SystemError(.link, 17, path: path + "/x")) { try directory.link(file, as: "x") }
    }
  }

  @Test("a range lock of one description keeps another one out and goes with it")
  func locks() throws {
    try withScratch { path in
      let first = try Descriptor(path + "/locks", [.readWrite, .create])
      let position = (Int64(1) << 61) + 5
      #expect(try first.tryLock(.exclusive, at: position))
      do {
        let second = try Descriptor(path + "/locks", .readWrite)
        #expect(try !second.tryLock(.exclusive, at: position))
        #expect(try second.isLocked(at: position))
        #expect(try second.tryLock(.exclusive, at: position + 1))
        #expect(try !first.tryLock(.shared, at: position + 1))
      }
      #expect(try first.tryLock(.shared, at: position + 1))
    }
  }

  @Test("an injected error arrives with its call and path")
  func injected() throws {
    let plan = Faults.Plan { call, _ in call == .open ? .error(28) : nil }
    Faults.$plan.withValue(plan) {
      #expect(throws: SystemError(.open, 28, path: "nowhere")) { _ = try Descriptor("nowhere", .read) }
    }
    #expect(SystemError(.open, 28, path: "nowhere").description == "open of 'nowhere' failed: No space left on device")
  }

  @Test("directories are made with their parents, and again without complaint")
  func directories() throws {
    try withScratch { path in
      try makeDirectories(path + "/a/b/c")
      try makeDirectories(path + "/a/b/c")
      #expect(try FileStatus(of: path + "/a/b/c").kind == .directory)
      let file = try Descriptor(path + "/f", [.writeOnly, .create])
      _ = file
      #expect(throws: SystemError.self) { try makeDirectories(path + "/f/g") }
    }
  }
}
