#ifndef LARDER_CSYSTEM_H
#define LARDER_CSYSTEM_H

// Calls that the platform module of Swift does not show: they are variadic, or hidden behind a feature macro.
// Where an operating system lacks one, the call fails with ENOSYS or ENOTSUP and the caller takes its other path.
// The definitions are in CSystem.c: this header must not define feature macros, or its types would differ from
// those of the platform module.

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

int larder_openat(int directory, const char *path, int flags, mode_t mode);

/// Opens what is there at a path of one or two names below a directory; ELOOP or ENOTDIR for a symbolic link in the place
/// of either.
int larder_open_without_links(int directory, const char *path, int flags);

/// The same by one name after the other, for systems without a call that does it at once.
int larder_open_in_steps(int directory, const char *path, int flags);

// Swift methods carry the names of these calls, so they are reached under other names.
int larder_close(int file);
ssize_t larder_read(int file, void *bytes, size_t count);
ssize_t larder_write(int file, const void *bytes, size_t count);
ssize_t larder_pread(int file, void *bytes, size_t count, off_t at);
off_t larder_lseek(int file, off_t at, int from);
int larder_ftruncate(int file, off_t size);
int larder_fchmod(int file, mode_t mode);
int larder_fstat(int file, struct stat *status);
int larder_rename(int from, const char *old_name, int to, const char *new_name);
int larder_unlink(int directory, const char *name);
int larder_rmdir(int directory, const char *name);
int larder_mkdir(int directory, const char *name, mode_t mode);

/// An unnamed file in `directory`, to be linked when it is whole; ENOTSUP where the system has none.
int larder_open_unnamed(int directory, mode_t mode);

/// Gives an unnamed file its name; fails with EEXIST and never replaces.
int larder_link_unnamed(int file, int directory, const char *name);

/// Renames without replacing: EEXIST when the new name is taken.
int larder_rename_exclusive(int from, const char *old_name, int to, const char *new_name);

/// Lets two names change places; ENOSYS or EINVAL where the system or the file system cannot.
int larder_rename_exchange(int directory, const char *one, const char *other);

/// Flushes the whole file system that holds `file`.
int larder_sync_file_system(int file);

/// Makes a file's bytes durable on the device, not only in its volatile cache.
int larder_sync(int file);

int larder_preallocate(int file, int64_t size);

/// Makes `to` share the blocks of `from`; ENOTSUP where the file system cannot.
int larder_clone(int from, int to);

/// Locks or unlocks a byte range for the open file description, without waiting. EAGAIN or EACCES: somebody has it.
int larder_lock_range(int file, int kind, int64_t start, int64_t length);

/// Asks who holds a range: 0 nobody, 1 somebody, -1 error.
int larder_range_is_locked(int file, int kind, int64_t start, int64_t length);

/// The kind of file system as the kernel numbers it (statfs.f_type), or -1.
int64_t larder_file_system_kind(int file);

/// Whether SIGINT, SIGTERM and SIGHUP erase the line of the cursor on standard error before they end the process.
void larder_erase_line_when_interrupted(int is_drawn);

/// Both ends of a pipe, closed on exec.
int larder_pipe(int ends[2]);

/// Whether this process ignores a signal.
int larder_signal_is_ignored(int number);

/// From now on writes two bytes to `pipe` for each signal that asks to end, to stop or to go on, that a user defines, or that
/// tells of a child: its number, and 1 if a process has sent it. With -1 all of them are as they were before.
void larder_watch_signals(int pipe);

/// Whether the system says that a file lies on another host: 1 yes, 0 no or it does not say.
int larder_file_system_is_remote(int file);

/// The environment variables, as C keeps them.
char **larder_environment(void);

// Macros

int larder_is_directory(mode_t mode);
int larder_is_regular(mode_t mode);
int larder_is_link(mode_t mode);
int larder_is_pipe(mode_t mode);
int larder_is_character_device(mode_t mode);

int64_t larder_modified(const struct stat *status);

int64_t larder_changed(const struct stat *status);
#endif
