internal import CSystem

extension Descriptor {
  /// What the file system is called in the table of mounts, such as `ext4`; else the kernel's number for it.
  package var fileSystemName: String {
    // A subvolume of btrfs has a device number of its own, which no mount has.
    if let device = try? status().device, let type = mountType(of: device) { return type }
    let number = UInt32(truncatingIfNeeded: fileSystemKind)
    return FileSystemKind.localNames[number] ?? "0x" + String(number, radix: 16)
  }

  /// Whether everything that was written to one file system can be made durable at once.
  package static var syncsFileSystems: Bool {
    // Asked for no file, so that nothing has to be written for the answer.
    do throws(SystemError) {
      _ = try perform(.syncfs) { larder_sync_file_system(-1) }
      return true
    } catch { return !error.isUnsupported }
  }
}

extension FileSystemKind {
  /// The numbers are those of linux/magic.h.
  fileprivate static let localNames: [UInt32: String] = [
    0xEF53: "ext4", 0x5846_5342: "xfs", 0x9123_683E: "btrfs", 0x0102_1994: "tmpfs", 0x794C_7630: "overlay",
    0xF2F5_2010: "f2fs", 0x2FC1_2FC1: "zfs", 0x4D44: "vfat", 0x2011_BAB0: "exfat",
  ]
}
