import Foundation
import LarderFormat
import LarderSystem
import Testing

@testable import Larder

/// The index shares memory between its users, which hosts do not have in common.
@Suite("A network file system under the index", .timeLimit(.minutes(3))) struct NetworkTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  struct Case: CustomTestStringConvertible, Sendable {
    var kind: FileSystemKind
    var name: String?
    var testDescription: String { "\(String(kind.number, radix: 16)) \(kind.mountType ?? "")" }
    init(_ number: UInt32, _ name: String?) { self.init(number, nil, name) }
    init(_ number: UInt32, _ mountType: String?, _ name: String?) {
      kind = FileSystemKind(number: number, mountType: mountType)
      self.name = name
    }
  }

  static let cases = [
    Case(0x6969, "NFS"), Case(0x517B, "SMB"), Case(0xFF53_4D42, "SMB (cifs)"), Case(0xFE53_4D42, "SMB (smb2)"),
    Case(0x0102_1997, "9p"), Case(0x0BD0_0BD0, "Lustre"), Case(0x00C3_6400, "Ceph"),
    Case(FileSystemKind.fuse, "FUSE"), Case(FileSystemKind.fuse, "fuse.sshfs", "FUSE (fuse.sshfs)"),
    Case(FileSystemKind.fuse, "virtiofs", "FUSE (virtiofs)"),
    // Local ones: ext4, XFS, btrfs, tmpfs, overlayfs, ZFS, and programs that show a local disk.
    Case(0xEF53, nil), Case(0x5846_5342, nil), Case(0x9123_683E, nil), Case(0x0102_1994, nil), Case(0x794C_7630, nil),
    Case(0x2FC1_2FC1, nil), Case(FileSystemKind.fuse, "fuse.fuse-overlayfs", nil),
    Case(FileSystemKind.fuse, "fuseblk", nil), Case(0x1234_5678, nil),
  ]

  @Test("is refused by its name with what to do, and a local one never is", arguments: cases)
  func kinds(_ item: Case) throws {
    let warnings = NeverFailsTheJobTests.Warnings()
    let cache = try scratch.cache {
      $0.failures = .degrade
      $0.report = warnings.report
      $0.fileSystems = .fixed(item.kind)
    }
    #expect(try cache.value("f") { 5 } == 5)
    guard let name = item.name else {
      #expect(warnings.all.isEmpty)
      #expect(try cache.contains(cache.key("f")))
      return
    }
    #expect(warnings.all.map(\.code) == [.refused])
    #expect(
      warnings.all.first?.message
        == "Cannot use the cache at '\(scratch.cachePath)': it lies on \(name), and the index needs memory that all its "
        + "users share. Choose a directory on a local disk with --dir or LARDER_DIR; where only this host ever uses the "
        + "cache, LARDER_NETWORK=1 permits it. Values are computed.")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.cachePath).isEmpty, "nothing was made there")
    #expect(throws: LarderError.self) { try scratch.cache { $0.fileSystems = .fixed(item.kind) } }
    #expect(throws: LarderError.self) {
      try scratch.cache {
        $0.fileSystems = .fixed(item.kind)
        $0.readOnly = true
      }
    }
  }

  @Test("is used by those who know that they are alone there: by an option, or by a variable")
  func permitted() throws {
    let nfs = FileSystemProbe.fixed(FileSystemKind(number: 0x6969))
    let option = try scratch.cache {
      $0.fileSystems = nfs
      $0.allowsNetworkFileSystem = true
    }
    #expect(try option.value("f") { 1 } == 1)
    let variable = try scratch.cache {
      $0.fileSystems = nfs
      $0.environment["LARDER_NETWORK"] = "1"
    }
    #expect(try variable.value("f") { 2 } == 1)
    #expect(throws: LarderError.self) { try scratch.cache { $0.environment["LARDER_NETWORK"] = "perhaps" } }
  }

  @Test("is told apart from a local one by the table of mounts where the kernel's number does not tell")
  func mounts() {
    let table = """
      22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
      90 22 0:51 / /mnt/a rw,nosuid shared:30 master:2 - fuse.sshfs host:/ rw,user_id=0
      91 22 0:52 / /mnt/b rw - fuseblk /dev/sdb1 rw
      92 22 0:51 / /mnt/short
      """
    #expect(mountType(of: "0:51", in: table) == "fuse.sshfs")
    #expect(mountType(of: "0:52", in: table) == "fuseblk")
    #expect(mountType(of: "254:0", in: table) == "ext4")
    #expect(mountType(of: "9:9", in: table) == nil)
  }

  @Test("is not what this test runs on")
  func here() throws {
    let kind = try FileSystemProbe.system.kind(of: Descriptor(directory: scratch.path))
    #expect(kind.networkName == nil)
  }
}
