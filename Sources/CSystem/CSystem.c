#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#if defined(SYS_openat2) && __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif
#else
#include <sys/mount.h>
#include <sys/param.h>
#endif

int larder_openat(int directory, const char *path, int flags, mode_t mode) {
  return openat(directory, path, flags, mode);
}

int larder_open_without_links(int directory, const char *path, int flags) {
#if defined(RESOLVE_NO_SYMLINKS)
  static _Atomic int is_missing;
  if (!is_missing) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = (uint64_t)(flags | O_CLOEXEC);
    how.resolve = RESOLVE_NO_SYMLINKS;
    int file = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
    // Linux before 5.6 has no such call, and some containers forbid what their makers did not know.
    if (file != -1 || (errno != ENOSYS && errno != EPERM)) return file;
    if (errno == ENOSYS) is_missing = 1;
  }
#elif defined(O_NOFOLLOW_ANY)
  return openat(directory, path, (flags & ~O_NOFOLLOW) | O_NOFOLLOW_ANY | O_CLOEXEC);
#endif
  return larder_open_in_steps(directory, path, flags);
}

int larder_open_in_steps(int directory, const char *path, int flags) {
  const char *slash = strrchr(path, '/');
  char parent[64];
  if (!slash) return openat(directory, path, flags | O_NOFOLLOW | O_CLOEXEC);
  if ((size_t)(slash - path) >= sizeof parent) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(parent, path, (size_t)(slash - path));
  parent[slash - path] = 0;
  int above = openat(directory, parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (above == -1) return -1;
  int file = openat(above, slash + 1, flags | O_NOFOLLOW | O_CLOEXEC);
  int error = errno;
  close(above);
  errno = error;
  return file;
}

int larder_close(int file) { return close(file); }
ssize_t larder_read(int file, void *bytes, size_t count) { return read(file, bytes, count); }
ssize_t larder_write(int file, const void *bytes, size_t count) { return write(file, bytes, count); }
ssize_t larder_pread(int file, void *bytes, size_t count, off_t at) { return pread(file, bytes, count, at); }
off_t larder_lseek(int file, off_t at, int from) { return lseek(file, at, from); }
int larder_ftruncate(int file, off_t size) { return ftruncate(file, size); }
int larder_fchmod(int file, mode_t mode) { return fchmod(file, mode); }
int larder_fstat(int file, struct stat *status) { return fstat(file, status); }
int larder_rename(int from, const char *old_name, int to, const char *new_name) {
  return renameat(from, old_name, to, new_name);
}
int larder_unlink(int directory, const char *name) { return unlinkat(directory, name, 0); }
int larder_rmdir(int directory, const char *name) { return unlinkat(directory, name, AT_REMOVEDIR); }
int larder_mkdir(int directory, const char *name, mode_t mode) { return mkdirat(directory, name, mode); }

int larder_open_unnamed(int directory, mode_t mode) {
#ifdef O_TMPFILE
  return openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
#else
  (void)directory; (void)mode;
  errno = ENOTSUP;
  return -1;
#endif
}

int larder_link_unnamed(int file, int directory, const char *name) {
#ifdef __linux__
  char path[40];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  int result = linkat(AT_FDCWD, path, directory, name, AT_SYMLINK_FOLLOW);
  // Without /proc the descriptor itself can be named, by those who are allowed to.
  if (result == -1 && errno == ENOENT) result = linkat(file, "", directory, name, AT_EMPTY_PATH);
  return result;
#else
  (void)file; (void)directory; (void)name;
  errno = ENOTSUP;
  return -1;
#endif
}

int larder_rename_exclusive(int from, const char *old_name, int to, const char *new_name) {
#if defined(__linux__)
  return renameat2(from, old_name, to, new_name, RENAME_NOREPLACE);
#elif defined(__APPLE__)
  return renameatx_np(from, old_name, to, new_name, RENAME_EXCL);
#else
  errno = ENOSYS;
  return -1;
#endif
}

int larder_rename_exchange(int directory, const char *one, const char *other) {
#if defined(__linux__)
  return renameat2(directory, one, directory, other, RENAME_EXCHANGE);
#elif defined(__APPLE__)
  return renameatx_np(directory, one, directory, other, RENAME_SWAP);
#else
  (void)directory; (void)one; (void)other;
  errno = ENOSYS;
  return -1;
#endif
}

int larder_sync_file_system(int file) {
#ifdef __linux__
  return syncfs(file);
#else
  (void)file;
  sync();
  return 0;
#endif
}

int larder_sync(int file) {
#ifdef F_FULLFSYNC
  int result = fcntl(file, F_FULLFSYNC, 0);
  if (result != -1 || errno != ENOTSUP) return result;
#endif
  return fsync(file);
}

int larder_preallocate(int file, int64_t size) {
#ifdef __linux__
  return fallocate(file, FALLOC_FL_KEEP_SIZE, 0, size);
#else
  (void)file; (void)size;
  errno = ENOTSUP;
  return -1;
#endif
}

int larder_clone(int from, int to) {
#ifdef FICLONE
  return ioctl(to, FICLONE, from);
#else
  (void)from; (void)to;
  errno = ENOTSUP;
  return -1;
#endif
}

int larder_lock_range(int file, int kind, int64_t start, int64_t length) {
  struct flock range;
  memset(&range, 0, sizeof range);
  range.l_type = (short)kind;
  range.l_whence = SEEK_SET;
  range.l_start = start;
  range.l_len = length;
#if defined(F_OFD_SETLK)
  return fcntl(file, F_OFD_SETLK, &range);
#elif defined(__APPLE__)
  return fcntl(file, 90 /* F_OFD_SETLK */, &range);
#else
  return fcntl(file, F_SETLK, &range);
#endif
}

int larder_range_is_locked(int file, int kind, int64_t start, int64_t length) {
  struct flock range;
  memset(&range, 0, sizeof range);
  range.l_type = (short)kind;
  range.l_whence = SEEK_SET;
  range.l_start = start;
  range.l_len = length;
#if defined(F_OFD_GETLK)
  int result = fcntl(file, F_OFD_GETLK, &range);
#elif defined(__APPLE__)
  int result = fcntl(file, 92 /* F_OFD_GETLK */, &range);
#else
  int result = fcntl(file, F_GETLK, &range);
#endif
  if (result == -1) return -1;
  return range.l_type == F_UNLCK ? 0 : 1;
}

int64_t larder_file_system_kind(int file) {
  struct statfs information;
  if (fstatfs(file, &information) == -1) return -1;
  return (int64_t)information.f_type;
}

// Only calls that a signal handler may make. The action is the default one again when it runs, so that the signal that it
// raises ends the process, and whoever waits for it sees why.
static void erase_line(int number) {
  int error = errno;
  ssize_t ignored = write(2, "\r\033[K", 4);
  (void)ignored;
  errno = error;
  raise(number);
}

void larder_erase_line_when_interrupted(int is_drawn) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
    struct sigaction before;
    if (sigaction(numbers[index], NULL, &before) == -1) continue;
    // What somebody else handles, or has this process ignore, is left to them.
    if (before.sa_handler != (is_drawn ? SIG_DFL : erase_line)) continue;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = is_drawn ? erase_line : SIG_DFL;
    action.sa_flags = is_drawn ? SA_RESETHAND : 0;
    sigaction(numbers[index], &action, NULL);
  }
}

int larder_pipe(int ends[2]) {
#ifdef __linux__
  return pipe2(ends, O_CLOEXEC);
#else
  if (pipe(ends) == -1) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  return 0;
#endif
}

int larder_signal_is_ignored(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static volatile sig_atomic_t watching_pipe = -1;
static const int watched[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT, SIGCHLD};
enum { watched_count = sizeof watched / sizeof *watched };
static struct sigaction unwatched[watched_count];

static void tell_signal(int number, siginfo_t *information, void *context) {
  int error = errno;
  (void)context;
  // SI_USER and its kin are zero or less; what the kernel sends by itself is above.
  unsigned char bytes[2] = {(unsigned char)number, information && information->si_code <= 0};
  ssize_t ignored = write(watching_pipe, bytes, sizeof bytes);
  (void)ignored;
  errno = error;
}

void larder_watch_signals(int pipe) {
  if (pipe == -1) {
    for (int index = 0; index < watched_count; index++) sigaction(watched[index], &unwatched[index], NULL);
    watching_pipe = -1;
    return;
  }
  watching_pipe = pipe;
  for (int index = 0; index < watched_count; index++) {
    struct sigaction action;
    sigaction(watched[index], NULL, &unwatched[index]);
    // As after nohup.
    if (unwatched[index].sa_handler == SIG_IGN && watched[index] != SIGCHLD) continue;
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_sigaction = tell_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigaction(watched[index], &action, NULL);
  }
}

int larder_file_system_is_remote(int file) {
#ifdef MNT_LOCAL
  struct statfs information;
  if (fstatfs(file, &information) == -1) return 0;
  return (information.f_flags & MNT_LOCAL) == 0;
#else
  (void)file;
  return 0;
#endif
}

extern char **environ;
char **larder_environment(void) { return environ; }

// Macros

int larder_is_directory(mode_t mode) { return S_ISDIR(mode); }
int larder_is_regular(mode_t mode) { return S_ISREG(mode); }
int larder_is_link(mode_t mode) { return S_ISLNK(mode); }
int larder_is_pipe(mode_t mode) { return S_ISFIFO(mode); }
int larder_is_character_device(mode_t mode) { return S_ISCHR(mode); }

int64_t larder_modified(const struct stat *status) {
#ifdef __APPLE__
  return (int64_t)status->st_mtimespec.tv_sec * 1000000000 + status->st_mtimespec.tv_nsec;
#else
  return (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
#endif
}

int64_t larder_changed(const struct stat *status) {
#ifdef __APPLE__
  return (int64_t)status->st_ctimespec.tv_sec * 1000000000 + status->st_ctimespec.tv_nsec;
#else
  return (int64_t)status->st_ctim.tv_sec * 1000000000 + status->st_ctim.tv_nsec;
#endif
}
