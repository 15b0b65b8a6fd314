import { configure } from '@zip.js/zip.js/lib/zip-core-native.js'

/** The platform's own compression, in this isolate: it has no workers to hand it to. */
configure({ useWebWorkers: false, useCompressionStream: true, chunkSize: 256 * 1024 })

export { Reader, ZipReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js'
