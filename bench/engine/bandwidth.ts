import koffi from 'koffi'

/**
 * How fast memory can be read by `threads` at once, in bytes a second: glibc's memchr looks for a byte that is not
 * there. It bounds decoding, which reads all weights for every token.
 */
export async function readBandwidth(threads: number, rounds = 5): Promise<number> {
  const memchr = koffi.load('libc.so.6').func('void *memchr(const void *s, int c, size_t n)')
  const bytes = 1 << 29
  const buffers = Array.from({ length: threads }, () => Buffer.alloc(bytes, 1))
  let best = 0
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now()
    await Promise.all(
      buffers.map((buffer) => new Promise((resolve) => memchr.async(buffer, 2, bytes, resolve))),
    )
    best = Math.max(best, (threads * bytes * 1000) / (performance.now() - startedAt))
  }
  return best
}
