"""Mounts, loop devices and file systems for experiments that cut the power.

Everything is mounted in a mount namespace of the driver's own, and loop devices clear themselves when nobody has them
open: whatever ends the driver, nothing of it stays.
"""
import ctypes
import errno
import fcntl
import os
import signal
import struct
import subprocess
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 1 << 18
PR_SET_PDEATHSIG = 1
LOOP_CTL_GET_FREE, LOOP_CONFIGURE, LO_FLAGS_AUTOCLEAR = 0x4C82, 0x4C0A, 4
BLKFLSBUF = 0x1261
FS_IOC_SHUTDOWN = 2 << 30 | 4 << 16 | ord("X") << 8 | 125

# Without what would write in the background, and no larger than they have to be.
KINDS = {
    "ext4": (96 << 20, ["mkfs.ext4", "-q", "-F", "-b", "4096", "-J", "size=4", "-E",
                        "nodiscard,lazy_itable_init=0,lazy_journal_init=0"]),
    "xfs": (300 << 20, ["mkfs.xfs", "-q", "-f", "-K", "-l", "size=64m"]),
}
# Several states of one disk are mounted at the same time.
MOUNT_OPTIONS = {"ext4": None, "xfs": b"nouuid"}


class Unmountable(Exception):
    """The file system itself does not come back."""


def check(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def own_namespace():
    """Makes what this process and its children mount invisible to others; it vanishes with the last of them."""
    check(LIBC.unshare(CLONE_NEWNS), "unshare")
    check(LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "make mounts private")


def die_with_parent():
    """For children: ends them when whoever started them is gone, however it ended."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def make_image(kind, path):
    size, command = KINDS[kind]
    with open(path, "wb") as file:
        file.truncate(size)
    subprocess.run([*command, path], check=True, stdout=subprocess.DEVNULL)
    # Zeros that were written are as good as holes, and need not be copied.
    subprocess.run(["fallocate", "--dig-holes", path], check=True)


def copy_sparse(source, target, size):
    """Makes one open file equal to another, with its holes."""
    os.ftruncate(target, 0)
    os.ftruncate(target, size)
    offset = 0
    while True:
        try:
            offset = os.lseek(source, offset, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return
            raise
        end = os.lseek(source, offset, os.SEEK_HOLE)
        while offset < end:
            offset += os.copy_file_range(source, target, end - offset, offset, offset)


class Disk:
    """A file as a block device with a file system that can be mounted again and again."""

    def __init__(self, kind, image, mountpoint):
        self.kind, self.mountpoint = kind, mountpoint
        os.makedirs(mountpoint, exist_ok=True)
        self.is_mounted = False
        self.device = self._attach(image)

    def _attach(self, image):
        backing = os.open(image, os.O_RDWR)
        try:
            with open("/dev/loop-control", "rb", buffering=0) as control:
                for _ in range(100):
                    number = fcntl.ioctl(control, LOOP_CTL_GET_FREE)
                    self.path = f"/dev/loop{number}"
                    device = os.open(self.path, os.O_RDWR)
                    info = struct.pack("=5Q4I64s64s32s2Q", 0, 0, 0, 0, 0, 0, 0, 0, LO_FLAGS_AUTOCLEAR,
                                       b"powercut", b"", b"", 0, 0)
                    try:
                        fcntl.ioctl(device, LOOP_CONFIGURE, struct.pack("=II", backing, 0) + info + bytes(64))
                        return device
                    except OSError as error:
                        os.close(device)
                        # Somebody else was faster.
                        if error.errno != errno.EBUSY:
                            raise
        finally:
            os.close(backing)
        raise OSError(errno.EBUSY, "no loop device is free")

    def forget_cache(self):
        """After the image was changed below the device."""
        fcntl.ioctl(self.device, BLKFLSBUF)

    def mount(self):
        result = LIBC.mount(
            self.path.encode(), self.mountpoint.encode(), self.kind.encode(), 0, MOUNT_OPTIONS[self.kind])
        if result < 0:
            number = ctypes.get_errno()
            raise Unmountable(f"{self.kind}: {os.strerror(number)}")
        self.is_mounted = True

    def cut(self, mode):
        """Has the file system forget what is not on disk: 1 after its log is flushed, 2 as it is."""
        directory = os.open(self.mountpoint, os.O_RDONLY)
        try:
            fcntl.ioctl(directory, FS_IOC_SHUTDOWN, struct.pack("I", mode))
        finally:
            os.close(directory)

    def unmount(self):
        if not self.is_mounted:
            return
        deadline = time.monotonic() + 10
        while LIBC.umount2(self.mountpoint.encode(), 0) < 0:
            number = ctypes.get_errno()
            if number != errno.EBUSY or time.monotonic() > deadline:
                raise OSError(number, f"unmount {self.mountpoint}: {os.strerror(number)}")
            time.sleep(0.002)
        self.is_mounted = False

    def detach(self):
        """The device clears itself once it is closed and unmounted."""
        if self.is_mounted:
            LIBC.umount2(self.mountpoint.encode(), 2)
            self.is_mounted = False
        os.close(self.device)
