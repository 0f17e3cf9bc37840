#if DEBUG
  import LarderBlobs
  import LarderFormat
  import LarderSystem
  import Testing

  /// Numbers of errors as Linux has them.
  private let eintr: Int32 = 4
  private let eio: Int32 = 5
  private let emfile: Int32 = 24
  private let enospc: Int32 = 28
  private let eopnotsupp: Int32 = 95
  private let edquot: Int32 = 122

  @Suite("System calls that fail") struct FaultTests {
    /// Everything that a put does, in the order it does it.
    private func put(
      _ content: [UInt8], _ scene: Scene, _ stagingName: StagingName?, expectedSize: Int64? = nil
    ) throws(SystemError) -> (BlobName, StoredForm) {
      var writer = BlobWriter(
        scene.tree, .zstd, inlineLimit: 0, expectedSize: expectedSize, stagingName: stagingName)
      try writer.write(content)
      var staged = try writer.finish()
      let form = staged.form
      let name = scene.name(form)
      try staged.place(as: name)
      try scene.tree.sync([name])
      return (name, form)
    }

    @Test(
      "a call that fails while writing is a typed error and leaves no file", arguments: PlacementTests.stagingNames,
      [eio, enospc, edquot])
    func writing(stagingName: StagingName?, number: Int32) throws {
      let content = Content.random(6 << 20, seed: 1)
      let scene = try Scene()
      let count = Faults.Plan { _, _ in nil }
      let placedAt = Locked<Int?>(nil)
      let watch = Faults.Plan { call, index in
        if call == .link || call == .renameExclusively { placedAt.withLock { $0 = index } }
        return nil
      }
      try Faults.$plan.withValue(watch) { _ = try put(content, scene, stagingName, expectedSize: 6 << 20) }
      try Faults.$plan.withValue(count) { _ = try put(content, scene, stagingName, expectedSize: 6 << 20) }
      let placed = try #require(placedAt.withLock { $0 })
      #expect(count.calls >= 6)
      let before = try scene.files.count
      for failing in 0..<count.calls {
        let plan = Faults.Plan { _, index in index == failing ? .error(number) : nil }
        Faults.$plan.withValue(plan) {
          let error = #expect(throws: SystemError.self) { try put(content, scene, stagingName, expectedSize: 6 << 20) }
          #expect(error?.number == number)
        }
        #expect(scene.staged.isEmpty)
        // Once it is placed it stays: whoever placed it removes it by its name.
        if failing <= placed { #expect(try scene.files.count == before) }
      }
    }

    @Test("a writer that lost bytes never gives a blob")
    func lostBytes() throws {
      let scene = try Scene()
      var writer = BlobWriter(scene.tree, .raw, inlineLimit: 0)
      let content = Content.random(5 << 20, seed: 7)
      let failing = Faults.Plan { call, _ in call == .write ? .error(enospc) : nil }
      var failures: [SystemError] = []
      Faults.$plan.withValue(failing) {
        do throws(SystemError) { try writer.write(content) } catch { failures.append(error) }
      }
      do throws(SystemError) { try writer.write(content) } catch { failures.append(error) }
      do throws(SystemError) { _ = try writer.finish() } catch { failures.append(error) }
      #expect(failures.map(\.number) == [enospc, enospc, enospc])
      #expect(failures.map(\.call) == [.write, .write, .write])
    }

    @Test("a blob of somebody else is made durable only when its bytes are right, and its name with it")
    func durable() throws {
      let scene = try Scene(onDisk: true)
      let (name, form) = try scene.put(Content.rows(50_000), .zstd)
      let syncs = Locked(0)
      let watch = Faults.Plan { call, _ in
        if call == .fsync { syncs.withLock { $0 += 1 } }
        return nil
      }
      try Faults.$plan.withValue(watch) { try scene.tree.makeDurable(name, form) }
      #expect(syncs.withLock { $0 } == 2)
      for failing in 1...2 {
        let count = Locked(0)
        let plan = Faults.Plan { call, _ in
          guard call == .fsync else { return nil }
          return count.withLock { count in
            count += 1
            return count == failing ? .error(eio) : nil
          }
        }
        Faults.$plan.withValue(plan) {
          let path = failing == 1 ? scene.file(name) : "\(scene.path)/blobs/\(name.shard)"
          #expect(throws: BlobReadError.io(SystemError(.fsync, eio, path: path))) {
            try scene.tree.makeDurable(name, form)
          }
        }
      }
      try scene.damage(name, Content.zeros(Int(form.storedSize)))
      Faults.$plan.withValue(watch) {
        #expect(throws: BlobReadError.wrongDigest) { try scene.tree.makeDurable(name, form) }
      }
      #expect(syncs.withLock { $0 } == 2)
    }

    @Test("short transfers and interrupts change nothing", arguments: PlacementTests.stagingNames)
    func short(stagingName: StagingName?) throws {
      let scene = try Scene()
      let content = Content.random(700, seed: 2)
      let plan = Faults.Plan { _, index in index.isMultiple(of: 3) ? .error(eintr) : .short }
      try Faults.$plan.withValue(plan) {
        let (name, form) = try put(content, scene, stagingName)
        #expect(try scene.tree.read(name, form) == content)
        #expect(try scene.read(streaming: name, form) == content)
      }
      #expect(plan.calls > 2000)
    }

    @Test("a file that cannot be read is an error of the system, and nothing is said against the blob")
    func reading() throws {
      let scene = try Scene()
      let (name, form) = try scene.put(Content.rows(5 << 20), .zstd)
      for (call, number) in [(SystemCall.open, emfile), (.fstat, eio), (.pread, eio)] {
        let plan = Faults.Plan { made, _ in made == call ? .error(number) : nil }
        Faults.$plan.withValue(plan) {
          for read in [
            { _ = try scene.tree.read(name, form) }, { try scene.tree.stream(name, form) { _ in } },
            { try scene.tree.verify(name, form) },
          ] as [() throws -> Void] {
            #expect(throws: BlobReadError.io(SystemError(call, number, path: scene.file(name)))) { try read() }
          }
        }
      }
    }

    @Test("an error of the second pass over a file reaches the caller")
    func secondPass() throws {
      let scene = try Scene()
      let content = Content.random(1 << 20, seed: 3)
      let (name, form) = try scene.put(content, .raw)
      let count = Faults.Plan { _, _ in nil }
      try Faults.$plan.withValue(count) { _ = try scene.read(streaming: name, form) }
      let plan = Faults.Plan { _, index in index == count.calls - 2 ? .error(eio) : nil }
      Faults.$plan.withValue(plan) {
        #expect(throws: BlobReadError.io(SystemError(.pread, eio, path: scene.file(name)))) {
          _ = try scene.read(streaming: name, form)
        }
      }
    }

    @Test("an error of the receiver passes through as it is")
    func receiver() throws {
      let scene = try Scene()
      let full = SystemError(.write, enospc, path: "elsewhere")
      for encoding in Encoding.allCases {
        let (name, form) = try scene.put(Content.rows(100_000), encoding)
        #expect(throws: full) { try scene.tree.stream(name, form) { _ in throw full } }
      }
    }

    @Test("where there are no unnamed files a name is asked for, and only there")
    func capability() throws {
      let scene = try Scene()
      #expect(try !scene.tree.needsStagingNames())
      let other = try BlobTree(in: scene.directory)
      let none = Faults.Plan { call, _ in call == .openUnnamed ? .error(eopnotsupp) : nil }
      try Faults.$plan.withValue(none) {
        let needed = try other.needsStagingNames()
        #expect(needed)
      }
      #expect(try other.needsStagingNames())
      let third = try BlobTree(in: scene.directory)
      let full = Faults.Plan { call, _ in call == .openUnnamed ? .error(enospc) : nil }
      Faults.$plan.withValue(full) {
        #expect(throws: SystemError.self) { try third.needsStagingNames() }
      }
      #expect(try !third.needsStagingNames())
    }

    @Test("a file system whose rename cannot refuse to replace is given a link instead")
    func renameless() throws {
      let scene = try Scene()
      let content = Content.rows(10_000)
      let (taken, _) = try scene.put(content, .raw)
      let plan = Faults.Plan { call, _ in call == .renameExclusively ? .error(22) : nil }
      try Faults.$plan.withValue(plan) {
        let (name, form) = try put(content, scene, StagingName(session: 1, n: 1))
        #expect(try scene.tree.read(name, form) == content)
        #expect(scene.staged.isEmpty)
        var second = try BlobWriter.stage(
          content, in: scene.tree, .raw, inlineLimit: 0, stagingName: StagingName(session: 1, n: 2))
        var failure: SystemError?
        do throws(SystemError) { try second.place(as: taken) } catch { failure = error }
        #expect(failure?.exists == true)
      }
      #expect(scene.staged.isEmpty)
    }
  }
#endif
