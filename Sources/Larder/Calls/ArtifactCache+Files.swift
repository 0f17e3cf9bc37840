public import LarderFormat
internal import LarderSystem

/// Where the result of a call came from.
public enum ArtifactOrigin: Hashable, Sendable {
  /// It was computed just now.
  case computed
  /// It was in the cache.
  case cache
}

extension ArtifactCache {
  /// Brings a file that a computation writes to its place: from the cache, or by computing it.
  ///
  /// ```swift
  /// try cache.file("render", version: "3", ["scene": .file("scene.json")], to: "scene.png") { path in
  ///   try render("scene.json", to: path)
  /// }
  /// ```
  ///
  /// The file appears in one step, with its executable bit, in place of what is there.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Changes when the computation does; "" for none.
  ///   - arguments: Everything else that the file depends on. The destination is not among it.
  ///   - destination: Where the file goes; missing directories are made.
  ///   - options: How the file is stored.
  ///   - compute: Writes the file at the path it is given, which is in the directory of the destination.
  /// - Returns: Whether it was computed.
  /// - Throws: What `compute` throws; ``LarderError`` when it left no file, when the destination cannot be written,
  ///   and as `value` does.
  @discardableResult
  @_disfavoredOverload
  public func file(
    _ function: String, version: String = "", _ arguments: KeyArguments = [:], to destination: String,
    options: PutOptions = .init(), compute: (_ path: String) throws -> Void
  ) throws -> ArtifactOrigin {
    try deliver(function, version, arguments, destination, .file, options, compute)
  }

  /// Brings a file that an asynchronous computation writes to its place: from the cache, or by computing it.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Changes when the computation does; "" for none.
  ///   - arguments: Everything else that the file depends on. The destination is not among it.
  ///   - destination: Where the file goes; missing directories are made.
  ///   - options: How the file is stored.
  ///   - compute: Writes the file at the path it is given, which is in the directory of the destination.
  /// - Returns: Whether it was computed.
  /// - Throws: What `compute` throws, and ``LarderError`` as for the synchronous method.
  @discardableResult
  public nonisolated(nonsending) func file(
    _ function: String, version: String = "", _ arguments: KeyArguments = [:], to destination: String,
    options: PutOptions = .init(), compute: nonisolated(nonsending) (_ path: String) async throws -> Void
  ) async throws -> ArtifactOrigin {
    try await deliver(function, version, arguments, destination, .file, options, compute)
  }

  /// Brings a directory that a computation fills to its place: from the cache, or by computing it.
  ///
  /// Files keep their executable bits, symbolic links are kept as they are, and equal files are stored once.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Changes when the computation does; "" for none.
  ///   - arguments: Everything else that the directory depends on. The destination is not among it.
  ///   - destination: Where the directory goes, in place of a directory that is there.
  ///   - options: How the files are stored.
  ///   - compute: Fills the empty directory at the path it is given.
  /// - Returns: Whether it was computed.
  /// - Throws: What `compute` throws, and ``LarderError`` as for a file.
  @discardableResult
  @_disfavoredOverload
  public func tree(
    _ function: String, version: String = "", _ arguments: KeyArguments = [:], to destination: String,
    options: PutOptions = .init(), compute: (_ path: String) throws -> Void
  ) throws -> ArtifactOrigin {
    try deliver(function, version, arguments, destination, .tree, options, compute)
  }

  /// Brings a directory that an asynchronous computation fills to its place: from the cache, or by computing it.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Changes when the computation does; "" for none.
  ///   - arguments: Everything else that the directory depends on. The destination is not among it.
  ///   - destination: Where the directory goes, in place of a directory that is there.
  ///   - options: How the files are stored.
  ///   - compute: Fills the empty directory at the path it is given.
  /// - Returns: Whether it was computed.
  /// - Throws: What `compute` throws, and ``LarderError`` as for a file.
  @discardableResult
  public nonisolated(nonsending) func tree(
    _ function: String, version: String = "", _ arguments: KeyArguments = [:], to destination: String,
    options: PutOptions = .init(), compute: nonisolated(nonsending) (_ path: String) async throws -> Void
  ) async throws -> ArtifactOrigin {
    try await deliver(function, version, arguments, destination, .tree, options, compute)
  }

  // MARK: The way of both

  private func deliver(
    _ function: String, _ version: String, _ arguments: KeyArguments, _ path: String, _ kind: PathForm.Kind,
    _ options: PutOptions, _ compute: (String) throws -> Void
  ) throws -> ArtifactOrigin {
    let delivery = try Delivery(path, kind)
    let request = try CallRequest(
      self, prepare(function, version, arguments), options, PathForm(destination: delivery.destination, kind: kind))
    guard case .compute(let flight) = try request.begin() else { return .cache }
    defer { delivery.destination.discard() }
    try delivery.open()
    try flight.run { try compute(delivery.destination.draft) }
    try delivery.refuseOther(than: kind, function)
    try request.complete(flight, ())
    try delivery.close()
    return .computed
  }

  private nonisolated(nonsending) func deliver(
    _ function: String, _ version: String, _ arguments: KeyArguments, _ path: String, _ kind: PathForm.Kind,
    _ options: PutOptions, _ compute: nonisolated(nonsending) (String) async throws -> Void
  ) async throws -> ArtifactOrigin {
    let delivery = try Delivery(path, kind)
    let request = try CallRequest(
      self, prepare(function, version, arguments), options, PathForm(destination: delivery.destination, kind: kind))
    guard case .compute(let flight) = try await request.begin() else { return .cache }
    defer { delivery.destination.discard() }
    try delivery.open()
    try await flight.run { try await compute(delivery.destination.draft) }
    try delivery.refuseOther(than: kind, function)
    try await request.complete(flight, ())
    try delivery.close()
    return .computed
  }
}

/// The steps around a computation that leaves its result in the file system.
private struct Delivery {
  let destination: Destination
  let kind: PathForm.Kind

  init(_ path: String, _ kind: PathForm.Kind) throws(LarderError) {
    destination = try Destination(path)
    self.kind = kind
    // Told before anything is computed that could not be delivered.
    guard let there = try? FileStatus(of: destination.path) else { return }
    guard there.kind == (kind == .tree ? .directory : .file) else {
      throw LarderError(
        .usage,
        kind == .tree
          ? "'\(printable(path))' is no directory. Remove it, or name another place."
          : "'\(printable(path))' is no regular file. Remove it, or name another place.")
    }
  }

  func open() throws(LarderError) {
    do throws(SystemError) {
      try destination.makeParent()
      if kind == .tree { try makeDirectories(destination.draft) }
    } catch {
      throw .writing(destination.path, error)
    }
  }

  func refuseOther(than kind: PathForm.Kind, _ function: String) throws(LarderError) {
    let found = try? FileStatus(of: destination.draft).kind
    guard found == (kind == .tree ? .directory : .file) else {
      throw LarderError(
        .usage,
        "The computation of '\(printable(function))' left no \(kind == .tree ? "directory" : "file") at the path that it "
          + "was given. Write the result there.")
    }
  }

  func close() throws(LarderError) {
    do throws(SystemError) { try destination.publish() } catch {
      throw .writing(destination.path, error)
    }
  }
}
