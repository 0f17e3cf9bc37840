extension Descriptor {
  /// What the file system is called, such as "xfs"; its number in hexadecimal where that is not known.
  package var fileSystemName: String {
    let number = UInt32(truncatingIfNeeded: fileSystemKind)
    return fileSystemNames[number] ?? "0x" + String(number, radix: 16)
  }
}

/// The numbers are those of statfs(2) and linux/magic.h; ext2, ext3 and ext4 share theirs.
private let fileSystemNames: [UInt32: String] = [
  0xEF53: "ext4", 0x5846_5342: "xfs", 0x9123_683E: "btrfs", 0x0102_1994: "tmpfs", 0x794C_7630: "overlay",
  0x6573_5546: "fuse", 0x6969: "nfs", 0x4D44: "vfat", 0x2011_BAB0: "exfat", 0x2FC1_2FC1: "zfs", 0xF2F5_2010: "f2fs",
  0x0102_1997: "9p", 0xFF53_4D42: "cifs", 0xFE53_4D42: "smb2", 0x8584_58F6: "ramfs", 0xCA45_1A4E: "bcachefs",
]
