internal import CSystem

/// What kind of file system a directory lies on, as far as it decides whether processes can share memory and locks there.
package struct FileSystemKind: Hashable, Sendable {
  /// The kernel's number for it, see statfs(2).
  package let number: UInt32
  /// The type in the table of mounts, such as `fuse.sshfs`, where the number alone does not tell.
  package let mountType: String?

  package init(number: UInt32, mountType: String? = nil) {
    self.number = number
    self.mountType = mountType
  }

  package static let fuse: UInt32 = 0x6573_5546

  /// What a network file system is called; nil for one whose files are this host's alone, and for one that is unknown:
  /// to refuse what works would be worse than to let SQLite find out.
  package var networkName: String? {
    if number == Self.fuse {
      if let mountType, Self.localPrograms.contains(mountType) { return nil }
      return mountType.map { "FUSE (\($0))" } ?? "FUSE"
    }
    return Self.networks[number]
  }

  /// The numbers are those of linux/magic.h and of the file systems' own sources.
  private static let networks: [UInt32: String] = [
    0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "SMB (cifs)", 0xFE53_4D42: "SMB (smb2)", 0x0102_1997: "9p",
    0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x00C3_6400: "Ceph", 0x0BD0_0BD0: "Lustre",
    0x4750_4653: "GPFS", 0x7461_636F: "OCFS2", 0x0116_1970: "GFS2", 0x1983_0326: "BeeGFS", 0x786F_4256: "vboxsf",
    0x564C: "NCP", remote: "a network file system",
  ]

  /// For systems that say that a file system is remote and give no number for its kind.
  private static let remote: UInt32 = 0xFFFF_FFFF

  /// File systems in user space that show the files of a local disk.
  private static let localPrograms: Set<String> = [
    "fuseblk", "fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.encfs", "fuse.mergerfs", "fuse.bindfs",
    "fuse.unionfs-fuse",
  ]
}

/// Tells kinds of file systems; handed in, so that tests can say what they are.
package struct FileSystemProbe: Sendable {
  package var kind: @Sendable (_ number: Int64, _ device: UInt64, _ isRemote: Bool) -> FileSystemKind

  package init(_ kind: @escaping @Sendable (_ number: Int64, _ device: UInt64, _ isRemote: Bool) -> FileSystemKind) {
    self.kind = kind
  }

  package static let system = FileSystemProbe { number, device, isRemote in
    if isRemote { return FileSystemKind(number: .max) }
    let kind = UInt32(truncatingIfNeeded: number)
    return FileSystemKind(number: kind, mountType: kind == FileSystemKind.fuse ? mountType(of: device) : nil)
  }

  /// A probe that always gives the same answer.
  package static func fixed(_ kind: FileSystemKind) -> FileSystemProbe { FileSystemProbe { _, _, _ in kind } }

  package func kind(of file: borrowing Descriptor) throws(SystemError) -> FileSystemKind {
    kind(file.fileSystemKind, try file.status().device, larder_file_system_is_remote(file.number) == 1)
  }
}

/// The type of the mount with this device number, see proc(5), `mountinfo`; nil where there is no such table.
func mountType(of device: UInt64) -> String? {
  guard let file = try? Descriptor("/proc/self/mountinfo", .read), let table = try? file.contents(limit: 4 << 20)
  else { return nil }
  let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
  let minor = device & 0xFF | (device >> 12) & 0xFFFF_FF00
  return mountType(of: "\(major):\(minor)", in: String(decoding: table, as: UTF8.self))
}

package func mountType(of device: String, in table: String) -> String? {
  var found: String?
  for line in table.split(separator: "\n") {
    let fields = line.split(separator: " ")
    // The optional fields before the dash are any number.
    guard fields.count > 2, fields[2] == device, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.endIndex
    else { continue }
    found = String(fields[dash + 1])
  }
  return found
}
