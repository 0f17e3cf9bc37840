"""A disk that writes down what reaches it: a file system of one file, `disk`, in user space.

    recorder.py MOUNTPOINT IMAGE LOG

Each write and each flush of `disk` is kept in the order of its arrival, and so is every line that is written to `marks`.
When it is unmounted it leaves all of them in LOG, as the pickled list of ("w", offset, bytes), ("f",) and ("m", line).
"""
import errno
import os
import pickle
import stat
import sys

from fusepy import FUSE, FuseOSError, Operations

# Answers and caching of attributes take no part: every write of the loop device must come here, at once and in order.
OPTIONS = {"foreground": True, "nothreads": True, "direct_io": True, "big_writes": True, "max_write": 131072}


class Recorder(Operations):
    def __init__(self, image, log):
        self.file = os.open(image, os.O_RDWR)
        self.path = log
        self.size = os.fstat(self.file).st_size
        self.log = []

    def getattr(self, path, fh=None):
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        if path in ("/disk", "/marks"):
            size = self.size if path == "/disk" else 0
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": size}
        raise FuseOSError(errno.ENOENT)

    def readdir(self, path, fh):
        return [".", "..", "disk", "marks"]

    def open(self, path, flags):
        return 1

    def truncate(self, path, length, fh=None):
        return 0

    def read(self, path, size, offset, fh):
        return os.pread(self.file, size, offset)

    def write(self, path, data, offset, fh):
        if path == "/marks":
            self.log.extend(("m", line) for line in data.decode().splitlines())
        else:
            os.pwrite(self.file, data, offset)
            self.log.append(("w", offset, bytes(data)))
        return len(data)

    def fsync(self, path, datasync, fh):
        if path == "/disk":
            self.log.append(("f",))
        return 0

    def flush(self, path, fh):
        return 0

    def destroy(self, path):
        with open(self.path, "wb") as file:
            pickle.dump(self.log, file)


if __name__ == "__main__":
    FUSE(Recorder(sys.argv[2], sys.argv[3]), sys.argv[1], **OPTIONS)
