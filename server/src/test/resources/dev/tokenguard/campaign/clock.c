/* Preloaded into a process, moves its time of day by as many seconds as the file CAMPAIGN_CLOCK says, at once when it
   is changed. Time that only measures how long something takes stays what it is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *offset;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("CAMPAIGN_CLOCK");
  int fd = file ? open(file, O_RDONLY) : -1;
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  if (fd >= 0) {
    void *made = mmap(0, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    offset = made == MAP_FAILED ? 0 : made;
    close(fd);
  }
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (!real_clock_gettime) {
    real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  }
  int failed = real_clock_gettime(clock, now);
  if (!failed && offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += *offset;
  }
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;
  (void) zone;
  int failed = clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return failed;
}
