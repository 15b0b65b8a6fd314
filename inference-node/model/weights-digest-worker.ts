import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

/** Bytes of one read: whole pages, and few calls. */
const pieceBytes = 4 << 20

const hash = createHash('sha256')
const piece = new Uint8Array(pieceBytes)
for (const path of workerData as string[]) {
  const file = openSync(path, 'r')
  for (let bytes = readSync(file, piece); bytes > 0; bytes = readSync(file, piece))
    hash.update(bytes === pieceBytes ? piece : piece.subarray(0, bytes))
  closeSync(file)
}
parentPort!.postMessage(hash.digest('hex'))
