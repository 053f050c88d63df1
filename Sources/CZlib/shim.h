#pragma once
#include <zlib.h>

/// `inflateInit2` is a macro, which Swift does not import: zlib or gzip framing, told apart by their first bytes.
static inline int czlib_inflate_begin(z_stream *stream) {
    return inflateInit2(stream, 15 + 32);
}
