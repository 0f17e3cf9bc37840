internal import Foundation
internal import Glibc
internal import Larder

extension Group {
  /// What it costs to make many puts durable: each alone, all with one barrier at the end, or in groups that form while
  /// many threads put at the same time. One operation is a whole batch; times are per batch.
  static func durable(_ size: Int, _ kind: Payload.Kind, count: Int, in directory: String) throws -> Group {
    let place = "\(directory)/durable-\(size)-\(kind.rawValue)-\(count)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let contents = Contents(size, kind, count)
    func cache(_ name: String, _ durability: CacheOptions.Durability) throws -> ArtifactCache {
      try openCache("\(place)/\(name).larder", durability)
    }
    let fast = try cache("fast", .fast)
    let threaded = try cache("threaded", .fast)
    let sealed = try cache("sealed", .fast)
    let grouped = try cache("grouped", .durable)
    let single = try cache("single", .durable)
    let next: (Int) throws -> Void = { number in
      try contents.mark(number, keysOf: fast)
      // What others left dirty is not this contender's to flush.
      sync()
    }
    func all(_ cache: ArtifactCache) throws {
      for (key, bytes) in zip(contents.keys, contents.bytes) { try cache.put(bytes, for: key) }
    }
    func allAtOnce(_ cache: ArtifactCache) throws { try contents.fromThreads(64) { try cache.put($1, for: $0) } }
    return Group(
      name: "durable \(count) x \(Payload.sizeName(size)) \(kind.rawValue)", rounds: 10, batch: 2,
      primitive: "fast puts", codec: nil,
      contenders: [
        Contender("fast puts", prepare: next) { _ in try all(fast) },
        Contender("fast puts + one sync()", prepare: next) { _ in
          try all(sealed)
          try sealed.sync()
        },
        Contender("fast puts from 64 threads", prepare: next) { _ in try allAtOnce(threaded) },
        Contender("durable puts from 64 threads", prepare: next) { _ in try allAtOnce(grouped) },
        Contender("durable puts, one after the other", prepare: next) { _ in try all(single) },
      ])
  }
}

/// Contents and keys of a batch.
///
/// Unchecked because threads only read it, and the one that changes it waits for them.
private final class Contents: @unchecked Sendable {
  private(set) var bytes: [Data]
  private(set) var keys: [ArtifactKey] = []
  private var payload: Payload

  init(_ size: Int, _ kind: Payload.Kind, _ count: Int) {
    payload = Payload(size, kind)
    bytes = Array(repeating: payload.bytes, count: count)
  }

  /// Makes every content and key new.
  func mark(_ number: Int, keysOf cache: ArtifactCache) throws {
    keys = []
    for index in bytes.indices {
      let mark = number * bytes.count + index
      payload.mark(mark)
      bytes[index] = Data(payload.bytes)
      keys.append(try cache.key("durable", ["number": mark]))
    }
  }

  func fromThreads(_ count: Int, _ body: @escaping @Sendable (ArtifactKey, Data) throws -> Void) throws {
    let failures = Failures()
    let threads = (0..<count).map { first in
      let done = DispatchSemaphore(value: 0)
      let thread = Thread {
        for index in stride(from: first, to: self.bytes.count, by: count) {
          do { try body(self.keys[index], self.bytes[index]) } catch { failures.add(error) }
        }
        done.signal()
      }
      thread.start()
      return done
    }
    for done in threads { done.wait() }
    if let failure = failures.first { throw failure }
  }
}

/// Unchecked because of the lock.
private final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private var errors: [any Error] = []
  func add(_ error: any Error) { lock.withLock { errors.append(error) } }
  var first: (any Error)? { lock.withLock { errors.first } }
}
