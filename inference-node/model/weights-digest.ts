import { Worker } from 'node:worker_threads'

/**
 * SHA-256 over the contents of the files, one after the other in the given order; 64 hex digits. Names are left
 * out, so that a renamed directory keeps its digest. A thread of its own reads them, while a session is opened.
 */
export function digestFiles(paths: readonly string[]): Promise<string> {
  const worker = new Worker(new URL('./weights-digest-worker.ts', import.meta.url), { workerData: paths })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
