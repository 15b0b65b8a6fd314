import { configure } from '@zip.js/zip.js/lib/zip-core-native.js'

/** Deflate makes at most 1,032 bytes of one, and the platform inflates a whole chunk at once. */
const chunkSize = 16 * 1024

/**
 * The platform's own compression, in this isolate: it has no workers to hand it to. The library's queue for workers is
 * shared by all requests, and one whose client reads slowly, or is gone, would keep its place and stop all others.
 */
configure({
  useWebWorkers: false,
  useCompressionStream: true,
  chunkSize,
  maxWorkers: Number.MAX_SAFE_INTEGER,
})

export { Reader, ZipReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js'
