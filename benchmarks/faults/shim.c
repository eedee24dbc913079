/* Stands between a program and the C library, and has one call go wrong: the n-th that matches.
 *
 * Loaded by LD_PRELOAD, it passes everything through until `shim_arm` is called. Counted are the
 * calls that change a file or make a change last, on paths that hold `shim_arm`'s needle. The one
 * whose turn it is fails with an errno, or the process is killed before or after it, by SIGKILL.
 * `shim_shift` moves the wall clock; the monotonic one is left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { KILL_BEFORE = -1, KILL_AFTER = -2 };

static char call_wanted[16];
static char needle[256];
static long due = 0, seen = 0;
static int action = 0;
static int log_to = -1;
static long shift_s = 0;

/* An empty `call` is any call. `nth` counts from 1; 0 only counts. `log` gets a line a call, or -1. */
void shim_arm(const char *call, const char *part, long nth, int what, int log) {
    snprintf(call_wanted, sizeof call_wanted, "%s", call);
    snprintf(needle, sizeof needle, "%s", part);
    due = nth; seen = 0; action = what; log_to = log;
}

long shim_seen(void) { return seen; }

void shim_shift(long seconds) { shift_s = seconds; }

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* What becomes of a call: 0 pass, 1 fail (errno is set), 2 die once it is done. */
static int turn(const char *call, const char *path) {
    int kept = errno;
    if (!needle[0] || !path || !strstr(path, needle)) return 0;
    if (call_wanted[0] && strcmp(call_wanted, call)) return 0;
    seen++;
    if (log_to >= 0) dprintf(log_to, "%s %s\n", call, path);
    errno = kept;
    if (seen != due) return 0;
    if (action == KILL_BEFORE) die();
    if (action == KILL_AFTER) return 2;
    errno = action;
    return 1;
}

static int turn_of(const char *call, int handle) {
    char link[64], path[4096];
    int kept = errno;
    if (!needle[0] || handle == log_to) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t size = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (size < 0) return 0;
    path[size] = 0;
    return turn(call, path);
}

#define THROUGH(judged, done)                        \
    do {                                             \
        int fate = (judged);                         \
        if (fate == 1) return -1;                    \
        __typeof__(done) answer = (done);            \
        if (fate == 2) die();                        \
        return answer;                               \
    } while (0)

#define REAL(type, name) static __typeof__(type) *real; if (!real) real = next(name)

ssize_t write(int handle, const void *data, size_t size) {
    REAL(ssize_t(int, const void *, size_t), "write");
    THROUGH(turn_of("write", handle), real(handle, data, size));
}

ssize_t pwrite(int handle, const void *data, size_t size, off_t at) {
    REAL(ssize_t(int, const void *, size_t, off_t), "pwrite");
    THROUGH(turn_of("pwrite", handle), real(handle, data, size, at));
}

ssize_t pwrite64(int handle, const void *data, size_t size, off64_t at) {
    REAL(ssize_t(int, const void *, size_t, off64_t), "pwrite64");
    THROUGH(turn_of("pwrite", handle), real(handle, data, size, at));
}

int fsync(int handle) {
    REAL(int(int), "fsync");
    THROUGH(turn_of("fsync", handle), real(handle));
}

int fdatasync(int handle) {
    REAL(int(int), "fdatasync");
    THROUGH(turn_of("fdatasync", handle), real(handle));
}

int rename(const char *from, const char *to) {
    REAL(int(const char *, const char *), "rename");
    THROUGH(turn("rename", to), real(from, to));
}

int link(const char *from, const char *to) {
    REAL(int(const char *, const char *), "link");
    THROUGH(turn("link", to), real(from, to));
}

int linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
    REAL(int(int, const char *, int, const char *, int), "linkat");
    THROUGH(turn("link", to), real(from_at, from, to_at, to, flags));
}

int mkdir(const char *path, mode_t mode) {
    REAL(int(const char *, mode_t), "mkdir");
    THROUGH(turn("mkdir", path), real(path, mode));
}

int unlink(const char *path) {
    REAL(int(const char *), "unlink");
    THROUGH(turn("unlink", path), real(path));
}

/* Python removes trees by names in open folders. */
int unlinkat(int at, const char *name, int flags) {
    REAL(int(int, const char *, int), "unlinkat");
    THROUGH(turn_of("unlink", at), real(at, name, flags));
}

int clock_gettime(clockid_t clock, struct timespec *told) {
    REAL(int(clockid_t, struct timespec *), "clock_gettime");
    int answer = real(clock, told);
    if (!answer && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) told->tv_sec += shift_s;
    return answer;
}

int gettimeofday(struct timeval *told, void *zone) {
    REAL(int(struct timeval *, void *), "gettimeofday");
    int answer = real(told, zone);
    if (!answer) told->tv_sec += shift_s;
    return answer;
}

time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (told) *told = now.tv_sec;
    return now.tv_sec;
}
