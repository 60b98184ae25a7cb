/* Stands before the C library in dhcpd: a disk that takes its time. */

#include <stdlib.h>
#include <time.h>

static int wait_for_the_disk(void)
{
    const char *said = getenv("SLOW_DISK_MICROSECONDS");
    long microseconds = said ? atol(said) : 0;
    struct timespec pause = { microseconds / 1000000, microseconds % 1000000 * 1000 };
    nanosleep(&pause, NULL);
    return 0;
}

int fsync(int file)
{
    (void) file;
    return wait_for_the_disk();
}

int fdatasync(int file)
{
    (void) file;
    return wait_for_the_disk();
}
