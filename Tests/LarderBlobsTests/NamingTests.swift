#if DEBUG
  import Foundation
  import LarderBlobs
  import LarderFormat
  import LarderSystem
  import Testing

  /// Numbers of errors as Linux has them.
  private let eperm: Int32 = 1
  private let enoent: Int32 = 2
  private let exdev: Int32 = 18
  private let eisdir: Int32 = 21
  private let einval: Int32 = 22
  private let erofs: Int32 = 30
  private let enosys: Int32 = 38
  private let eopnotsupp: Int32 = 95

  /// What file systems lack, and what is done instead.
  @Suite("Names without the calls for them") struct NamingTests {
    private func fail(_ number: Int32, _ calls: SystemCall...) -> Faults.Plan {
      Faults.Plan { call, _ in calls.contains(call) ? .error(number) : nil }
    }

    @Test("a file gets its name in some way", arguments: [einval, enosys, eopnotsupp, exdev, erofs, eperm])
    func move(number: Int32) throws {
      for lacking in [[SystemCall.renameExclusively], [.renameExclusively, .link]] {
        let scene = try Scene()
        // Where there are no links file systems in user space say all sorts of things.
        let plan = Faults.Plan { call, _ in
          guard lacking.contains(call) else { return nil }
          return .error(call == .renameExclusively && [eperm, erofs].contains(number) ? einval : number)
        }
        try Faults.$plan.withValue(plan) {
          let content = Content.rows(10_000)
          let first = try place(content, in: scene, n: 1)
          let second = try place(content, in: scene, n: 2)
          #expect(try scene.tree.read(first.0, second.1) == content)
          // Once it is known what is lacking it is not tried again.
          let before = plan.calls
          _ = try place(content, in: scene, n: 3)
          let third = plan.calls - before
          #expect(third <= 12, "\(third) calls")
          var staged = try BlobWriter.stage(
            content, in: scene.tree, .raw, inlineLimit: 0, stagingName: StagingName(session: 1, n: 4))
          var failure: SystemError?
          do throws(SystemError) { try staged.place(as: first.0) } catch { failure = error }
          #expect(failure?.exists == true)
        }
        #expect(scene.staged.isEmpty)
      }
    }

    @Test(
      "an unnamed file that cannot be given a name shows that names are needed, in this tree alone",
      arguments: [eperm, enoent, exdev, eopnotsupp])
    func unnamed(number: Int32) throws {
      let scene = try Scene()
      #expect(try !scene.tree.needsStagingNames())
      var staged = try BlobWriter.stage(Content.rows(10_000), in: scene.tree, .raw, inlineLimit: 0)
      let name = scene.name(staged.form)
      var failure: SystemError?
      Faults.$plan.withValue(fail(number, .link)) {
        do throws(SystemError) { try staged.place(as: name) } catch { failure = error }
      }
      #expect(failure?.number == number)
      #expect(try scene.tree.needsStagingNames())
      var copy = try staged.copy(stagingName: StagingName(session: 1, n: 1))
      try copy.place(as: name)
      #expect(try scene.tree.read(name, copy.form) == Content.rows(10_000))
      #expect(try !BlobTree(in: scene.directory).needsStagingNames())
    }

    @Test("a shard that is gone is made again, and is no sign that names are needed")
    func shardless() throws {
      let scene = try Scene()
      var staged = try BlobWriter.stage(Content.rows(10_000), in: scene.tree, .raw, inlineLimit: 0)
      let name = scene.name(staged.form)
      try FileManager.default.removeItem(atPath: "\(scene.path)/blobs/\(name.shard)")
      try staged.place(as: name)
      #expect(try scene.tree.read(name, staged.form) == Content.rows(10_000))
      #expect(try !scene.tree.needsStagingNames())
    }

    @Test("a file system without modes, reservations or shared blocks stores blobs all the same")
    func modeless() throws {
      let scene = try Scene()
      let plan = Faults.Plan { call, _ in
        switch call {
        case .fchmod: .error(eperm)
        case .fallocate, .ficlone: .error(eopnotsupp)
        default: nil
        }
      }
      try Faults.$plan.withValue(plan) {
        let content = Content.random(6 << 20, seed: 5)
        var writer = BlobWriter(scene.tree, .raw, inlineLimit: 0, expectedSize: 6 << 20)
        try writer.write(content)
        let staged = try writer.finish()
        var copy = try staged.copy()
        let name = scene.name(copy.form)
        try copy.place(as: name)
        #expect(try scene.tree.read(name, copy.form) == content)
      }
    }

    @Test("a copy whose source changed is an error, not a blob", arguments: [true, false])
    func lostCopy(mayShare: Bool) throws {
      let scene = try Scene()
      let content = Content.random(1 << 20, seed: 6)
      var staged = try BlobWriter.stage(content, in: scene.tree, .raw, inlineLimit: 0)
      let name = scene.name(staged.form)
      try staged.place(as: name)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: scene.file(name))
      let file = try FileHandle(forUpdating: URL(filePath: scene.file(name)))
      try file.seek(toOffset: 70_000)
      try file.write(contentsOf: Data([content[70_000] ^ 1]))
      try file.close()
      var failure: SystemError?
      Faults.$plan.withValue(fail(eopnotsupp, .ficlone)) {
        do throws(SystemError) { _ = try staged.copy(mayShare: mayShare) } catch { failure = error }
      }
      #expect(failure?.number == 5)
      #expect(scene.staged.isEmpty)
    }

    @Test("bytes that a flush lost are never shared with the copy")
    func unshared() throws {
      let scene = try Scene()
      let staged = try BlobWriter.stage(Content.rows(10_000), in: scene.tree, .raw, inlineLimit: 0)
      let clones = Locked(0)
      let plan = Faults.Plan { call, _ in
        if call == .ficlone { clones.withLock { $0 += 1 } }
        return nil
      }
      try Faults.$plan.withValue(plan) {
        _ = try staged.copy(mayShare: false)
        #expect(clones.withLock { $0 } == 0)
        _ = try staged.copy()
        #expect(clones.withLock { $0 } == 1)
      }
    }

    @Test("what a file system can do is found out by doing it, and leaves nothing")
    func facilities() throws {
      let scene = try Scene(onDisk: true)
      let names = (StagingName(session: 1, n: 1), StagingName(session: 1, n: 2))
      let all = try scene.tree.facilities(names.0, names.1)
      #expect(all.unnamedFiles && all.exclusiveRename && all.links && all.flushOfAll)
      #expect(!all.fileSystem.isEmpty)
      let lacks: [([SystemCall], WritableKeyPath<FileFacilities, Bool>)] = [
        ([.openUnnamed], \.unnamedFiles), ([.renameExclusively], \.exclusiveRename), ([.syncfs], \.flushOfAll),
        ([.ficlone], \.sharedBlocks), ([.fallocate], \.reservation),
      ]
      for (calls, lacking) in lacks {
        let plan = Faults.Plan { call, _ in calls.contains(call) ? .error(eopnotsupp) : nil }
        var expected = all
        expected[keyPath: lacking] = false
        #expect(try Faults.$plan.withValue(plan) { try scene.tree.facilities(names.0, names.1) } == expected)
      }
      let none = try Faults.$plan.withValue(fail(eperm, .link)) { try scene.tree.facilities(names.0, names.1) }
      #expect(!none.links && !none.unnamedFiles && none.exclusiveRename)
      Faults.$plan.withValue(fail(28, .write)) {
        #expect(throws: SystemError.self) { try scene.tree.facilities(names.0, names.1) }
      }
      #expect(scene.staged.isEmpty)
    }

    private func place(_ content: [UInt8], in scene: Scene, n: UInt64) throws -> (BlobName, StoredForm) {
      var staged = try BlobWriter.stage(
        content, in: scene.tree, .raw, inlineLimit: 0, stagingName: StagingName(session: 1, n: n))
      let name = scene.name(staged.form)
      try staged.place(as: name)
      return (name, staged.form)
    }
  }
#endif
