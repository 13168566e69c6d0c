/*
 * Keeps what a power cut would leave of the files below the folder $POWER_CUT_FOLDER: what was synced, and no more. It is
 * loaded with LD_PRELOAD, and stands before the calls of the C library that sync, remove and rename files.
 *
 * In the folder $POWER_CUT_KEPT, by the number N of the inode:
 *   file-N    the content of a file when it was last synced
 *   folder-N  the entries of a folder when it was last synced, a line each: d or f, the number of the inode, the name
 *   held-N    a second name of a file that was removed, so that no new file gets its number
 *
 * A file whose folder was not synced since it was made is lost, and one whose folder was not synced since it was removed
 * comes back. Memory that is mapped, as SQLite's -shm is, counts as not synced. No call waits for the real disk.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* A harness that keeps less than it should must not count as a power cut. */
static void fail(const char *what) {
  perror(what);
  abort();
}

static int is_watched(const char *path) {
  const char *folder = getenv("POWER_CUT_FOLDER");
  size_t length = folder ? strlen(folder) : 0;
  return length > 0 && strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int is_watched_handle(int handle) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_watched(path);
}

static void kept_path(char *path, const char *kind, unsigned long number) {
  snprintf(path, PATH_MAX, "%s/%s-%lu", getenv("POWER_CUT_KEPT"), kind, number);
}

/* Through the handle itself: to close a second one would end the locks that SQLite holds on the file. */
static void copy_content(int from, FILE *to) {
  static char buffer[1 << 20];
  off_t at = 0;
  for (;;) {
    ssize_t count = pread(from, buffer, sizeof buffer, at);
    if (count < 0) fail("power-cut: pread");
    if (count == 0) return;
    if (fwrite(buffer, 1, count, to) != (size_t)count) fail("power-cut: fwrite");
    at += count;
  }
}

static void list_entries(int folder, FILE *to) {
  int handle = openat(folder, ".", O_RDONLY | O_DIRECTORY);
  DIR *entries = handle < 0 ? NULL : fdopendir(handle);
  if (entries == NULL) fail("power-cut: fdopendir");
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    fprintf(to, "%c %lu %s\n", entry->d_type == DT_DIR ? 'd' : 'f', (unsigned long)entry->d_ino, entry->d_name);
  }
  closedir(entries);
}

/* Whole or not at all, whenever the process is killed. */
static int keep(int handle) {
  struct stat is;
  char partial[PATH_MAX], path[PATH_MAX];
  if (fstat(handle, &is) != 0) return -1;
  pthread_mutex_lock(&one_at_a_time);
  kept_path(partial, "partial", 0);
  kept_path(path, S_ISDIR(is.st_mode) ? "folder" : "file", is.st_ino);
  FILE *to = fopen(partial, "w");
  if (to == NULL) fail("power-cut: fopen");
  if (S_ISDIR(is.st_mode)) list_entries(handle, to);
  else copy_content(handle, to);
  if (fclose(to) != 0 || renameat(AT_FDCWD, partial, AT_FDCWD, path) != 0) fail("power-cut: keep");
  pthread_mutex_unlock(&one_at_a_time);
  return 0;
}

int fsync(int handle) { return is_watched_handle(handle) ? keep(handle) : syscall(SYS_fsync, handle); }

int fdatasync(int handle) { return is_watched_handle(handle) ? keep(handle) : syscall(SYS_fdatasync, handle); }

static void hold(const char *path) {
  struct stat is;
  char held[PATH_MAX];
  if (!is_watched(path) || stat(path, &is) != 0 || S_ISDIR(is.st_mode)) return;
  kept_path(held, "held", is.st_ino);
  link(path, held);
}

int unlink(const char *path) {
  hold(path);
  return unlinkat(AT_FDCWD, path, 0);
}

int rename(const char *from, const char *to) {
  hold(to);
  return renameat(AT_FDCWD, from, AT_FDCWD, to);
}
