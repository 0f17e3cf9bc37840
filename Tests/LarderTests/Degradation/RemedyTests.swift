import Foundation
import LarderSystem
import Testing

@testable import Larder

#if canImport(Glibc)
  import Glibc
#endif

@Suite("What a message tells to do", .timeLimit(.minutes(3))) struct RemedyTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func chmod(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private func words(ofRefused path: String) -> String {
    LarderError.opening(scratch.cachePath, SystemError(.open, EACCES, path: path)).message
  }

  @Test("to give oneself the rights to a file of one's own, to ask the owner of any other")
  func owner() throws {
    let refused = "No permission to open the cache at '\(scratch.cachePath)'. "
    let file = try scratch.write("results.larder/larder.json", "{}")
    try chmod(0, file)
    #expect(words(ofRefused: file) == refused + "It is your own: chmod u+rw '\(file)', or choose another directory.")
    try chmod(0o500, scratch.cachePath)
    #expect(
      words(ofRefused: scratch.cachePath)
        == refused + "It is your own: chmod u+rwx '\(scratch.cachePath)', or choose another directory.")
    try chmod(0o700, scratch.cachePath)
    // Then something else than its permissions forbids it.
    try chmod(0o600, file)
    let asking = refused + "Ask its owner, or choose another directory."
    #expect(words(ofRefused: file) == asking)
    #expect(words(ofRefused: scratch.path + "/missing") == asking)
    if Host.userID == 0 {
      try chmod(0, file)
      try FileManager.default.setAttributes([.ownerAccountID: 65_534], ofItemAtPath: file)
      #expect(words(ofRefused: file) == asking)
    }
  }

  @Test("to make room where a result was to be written, and not in the cache")
  func destination() throws {
    let cache = try scratch.cache()
    let key = try cache.put(contents(1), for: Call("f"))
    let out = scratch.path + "/out"
    let full = Faults.Plan { call, _ in call == .write ? .error(ENOSPC) : nil }
    let error = #expect(throws: LarderError.self) {
      try Faults.$plan.withValue(full) { _ = try scratchStore(cache).export(key, CallName(), to: out) }
    }
    #expect(error?.code == .fullDisk)
    #expect(
      error?.message
        == "Cannot write '\(out)': No space left on device. Free some space on that disk, or name a place on another one."
    )
    #expect(!FileManager.default.fileExists(atPath: out))
  }
}
