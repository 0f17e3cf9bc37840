internal import Foundation
internal import Glibc

/// Files in 256 directories, without Larder: created, written and renamed; opened, read and closed.
final class BareFiles {
  private let root: String

  init(at path: String) throws {
    root = path
    guard mkdir(path, 0o777) == 0 else { throw Failure("make '\(path)'") }
    for shard in 0..<256 {
      guard mkdir("\(path)/\(shard)", 0o777) == 0 else { throw Failure("make a directory in '\(path)'") }
    }
  }

  private func path(_ number: Int) -> String { "\(root)/\(number & 255)/\(number)" }

  func write(_ number: Int, _ data: Data) throws {
    let path = path(number)
    let draft = path + ".new"
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Failure("create '\(draft)'") }
    let count = data.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    close(file)
    guard count == data.count, rename(draft, path) == 0 else { throw Failure("write '\(path)'") }
  }

  func read(_ number: Int, _ size: Int) throws -> Data {
    let path = path(number)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0, let memory = malloc(size) else { throw Failure("open '\(path)'") }
    defer { close(file) }
    guard Glibc.read(file, memory, size) == size else { throw Failure("read '\(path)'") }
    return Data(bytesNoCopy: memory, count: size, deallocator: .free)
  }

  func remove(_ number: Int) { unlink(path(number)) }
}
