#pragma once

#include <maxminddb.h>
#include <sys/syscall.h>
#include <unistd.h>

// The value behind up to two keys; `second` is NULL for one. Typed form of a function that takes an array of strings.
static inline int cmaxminddb_value(MMDB_entry_s *entry, MMDB_entry_data_s *data, const char *first,
                                   const char *second) {
    const char *const path[] = {first, second, NULL};
    return MMDB_aget_value(entry, data, path);
}

// A file in memory, closed on exec (MFD_CLOEXEC); glibc declares memfd_create only with _GNU_SOURCE.
static inline int cmaxminddb_memory_file(const char *name) {
    return (int)syscall(SYS_memfd_create, name, 1U);
}
