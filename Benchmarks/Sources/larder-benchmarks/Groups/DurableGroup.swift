internal import CBenchSystem
internal import Foundation
internal import Glibc
internal import Larder

extension Group {
  /// What it costs to make many puts durable: all with one barrier at the end, in groups that form while many threads put
  /// at the same time, or each alone. One operation is a whole batch; times are per batch.
  static func durable(_ size: Int, _ kind: Payload.Kind, count: Int, in directory: String) throws -> Group {
    let place = "\(directory)/durable-\(size)-\(kind.rawValue)-\(count)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let contents = Contents(size, kind, count)
    let fast = try BatchCache("\(place)/fast.larder", .fast)
    let threaded = try BatchCache("\(place)/threaded.larder", .fast)
    let sealed = try BatchCache("\(place)/sealed.larder", .fast)
    let grouped = try BatchCache("\(place)/grouped.larder", .durable)
    let single = try BatchCache("\(place)/single.larder", .durable)
    func contender(_ name: String, _ target: BatchCache, _ body: @escaping (ArtifactCache) throws -> Void) -> Contender
    {
      Contender(
        name,
        prepare: { number in
          try contents.mark(number, keysOf: target.cache)
          try target.prepare(for: contents.keys)
          try flushFileSystem(of: place)
        }, { _ in try body(target.cache) })
    }
    func all(_ cache: ArtifactCache) throws {
      for (key, bytes) in zip(contents.keys, contents.bytes) { try cache.put(bytes, for: key) }
    }
    func allAtOnce(_ cache: ArtifactCache) throws { try contents.fromThreads(64) { try cache.put($1, for: $0) } }
    var contenders = [
      contender("fast puts", fast, all),
      contender("fast puts + one sync()", sealed) {
        try all($0)
        try $0.sync()
      },
      contender("fast puts from 64 threads", threaded, allAtOnce),
      contender("durable puts from 64 threads", grouped, allAtOnce),
    ]
    // Each waits for the disk, so that a large batch would take minutes, and tell nothing that a small one does not.
    if count <= 64 { contenders.append(contender("durable puts, one after the other", single, all)) }
    return Group(
      name: "durable \(count) x \(Payload.sizeName(size)) \(kind.rawValue)", rounds: count <= 64 ? 15 : 7, batch: 1,
      primitive: "fast puts", codec: nil, contenders: contenders,
      // A batch in each cache, and what an empty cache takes: its reserve, its log and its directories.
      space: Int64(contenders.count) * (Int64(size * count) + 24 << 20))
  }
}

/// A cache that holds one batch at a time, so that neither the disk fills nor an index grows in the course of a run.
private final class BatchCache {
  let cache: ArtifactCache
  private var stored: [ArtifactKey] = []

  init(_ path: String, _ durability: CacheOptions.Durability) throws {
    cache = try openCache(path, durability)
    // Its session is opened, which is a flush in any mode, and all that is done once.
    let key = try cache.key("durable", ["number": -1])
    try cache.put(Data("first".utf8), for: key)
  }

  /// Removes the batch before.
  func prepare(for keys: [ArtifactKey]) throws {
    _ = try cache.remove(stored)
    // What is not yet durable of it is not the next one's to make so.
    try cache.sync()
    stored = keys
  }
}

/// Writes down what others left dirty: that is not the next contender's to flush.
private func flushFileSystem(of path: String) throws {
  let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard directory >= 0 else { throw Failure("open '\(path)'") }
  defer { close(directory) }
  guard syncfs(directory) == 0 else { throw Failure("flush the file system of '\(path)'") }
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
