import { join } from 'node:path'
import koffi from 'koffi'

/**
 * Measures the read bandwidth of memory by `threads` at once, in bytes a second: glibc's memchr looks for a byte that is not
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

const deviceToDevice = 3

/**
 * Measures the bandwidth of a GPU's memory by copies inside it, in bytes a second, both directions counted.
 *
 * @param folder where the libraries of CUDA are
 */
export function copyBandwidth(folder: string, bytes = 1 << 30, rounds = 20): number {
  const library = koffi.load(join(folder, 'libcudart.so.13'))
  const size = 'size_t'
  const allocate = library.func('cudaMalloc', 'int', [koffi.out(koffi.pointer('void *')), size])
  const release = library.func('cudaFree', 'int', ['void *'])
  const copy = library.func('cudaMemcpy', 'int', ['void *', 'void *', size, 'int'])
  const synchronize = library.func('cudaDeviceSynchronize', 'int', [])
  const check = (name: string, code: number) => {
    if (code !== 0) throw new Error(`${name} failed with CUDA error ${code}`)
  }
  const buffers = [0, 1].map(() => {
    const out: [bigint | null] = [null]
    check('cudaMalloc', allocate(out, bytes))
    return out[0]
  })
  const [from, to] = buffers
  try {
    let best = 0
    for (let round = 0; round < rounds; round++) {
      const startedAt = performance.now()
      check('cudaMemcpy', copy(to, from, bytes, deviceToDevice))
      check('cudaDeviceSynchronize', synchronize()) // such copies do not wait by themselves
      best = Math.max(best, (2 * bytes * 1000) / (performance.now() - startedAt))
    }
    return best
  } finally {
    for (const buffer of buffers) release(buffer)
  }
}
