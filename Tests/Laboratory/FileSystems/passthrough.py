"""A file system in user space that shows a directory, and lacks what such file systems lack: unnamed files, links, and
renames that refuse to replace.

    passthrough.py DIRECTORY MOUNTPOINT
"""

import os
import sys

from fusepy import FUSE, FuseOSError, Operations


class Passthrough(Operations):
    def __init__(self, root):
        self.root = root

    def __call__(self, operation, path, *arguments):
        # What is not defined below fails as the library has it; links with EROFS.
        try:
            return super().__call__(operation, path, *arguments)
        except FuseOSError:
            raise
        except OSError as error:
            raise FuseOSError(error.errno)

    def place(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def getattr(self, path, handle=None):
        status = os.lstat(self.place(path))
        names = ("atime", "ctime", "gid", "mode", "mtime", "nlink", "size", "uid")
        return {"st_" + name: getattr(status, "st_" + name) for name in names}

    def readdir(self, path, handle):
        return [".", ".."] + os.listdir(self.place(path))

    def statfs(self, path):
        space = os.statvfs(self.root)
        names = ("bavail", "bfree", "blocks", "bsize", "favail", "ffree", "files", "frsize", "namemax")
        return {"f_" + name: getattr(space, "f_" + name) for name in names}

    def mkdir(self, path, mode):
        os.mkdir(self.place(path), mode)

    def unlink(self, path):
        os.unlink(self.place(path))

    def rmdir(self, path):
        os.rmdir(self.place(path))

    def rename(self, path, new):
        os.rename(self.place(path), self.place(new))

    def chmod(self, path, mode):
        os.chmod(self.place(path), mode)

    def truncate(self, path, size, handle=None):
        os.truncate(self.place(path), size)

    def open(self, path, flags):
        return os.open(self.place(path), flags)

    def create(self, path, mode, information=None):
        return os.open(self.place(path), os.O_RDWR | os.O_CREAT, mode)

    def read(self, path, size, offset, handle):
        return os.pread(handle, size, offset)

    def write(self, path, data, offset, handle):
        return os.pwrite(handle, data, offset)

    def fsync(self, path, only_data, handle):
        os.fsync(handle)

    def release(self, path, handle):
        os.close(handle)


FUSE(Passthrough(sys.argv[1]), sys.argv[2], foreground=True, nothreads=True)
