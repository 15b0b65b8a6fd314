import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { downloadFile, HubApiError, type ListFileEntry } from '@huggingface/hub'
import { ModelError } from '../../model/model-error.ts'
import { metadataFile } from './hub-checksums.ts'

export interface DownloadOptions {
  token?: string
  /** Address of the hub. */
  hub: string
  /** Milliseconds to wait before trying again: after the first break, the second, and so on. */
  retryDelays?: number[]
  /** Milliseconds without a byte after which a connection counts as broken. */
  stallLimit?: number
}

/** A file of a repository as it is at a commit, and where it goes. */
export interface WantedFile {
  repository: string
  commit: string
  file: ListFileEntry
  target: string
}

const retryDelays = [1000, 2000, 4000, 8000, 16000]

/** Downloads one file, again and again if need be, verifies it and puts it in its place. Returns bytes read. */
export async function downloadWhole(
  wanted: WantedFile,
  options: DownloadOptions,
  report: (bytes: number) => void,
): Promise<number> {
  const { commit, file, target } = wanted
  const incomplete = metadataFile(target).replace(
    /metadata$/,
    `${(file.lfs?.oid ?? file.oid)!.slice(0, 16)}.incomplete`,
  )
  await mkdir(dirname(incomplete), { recursive: true })
  const delays = [...(options.retryDelays ?? retryDelays)]
  let read = 0
  for (;;) {
    try {
      read += await downloadRest(wanted, incomplete, options, report)
      break
    } catch (error) {
      const delay = delays.shift()
      if (delay === undefined || !isPassing(error)) throw error
      await new Promise((done) => setTimeout(done, delay))
    }
  }
  if (!(await hasContent(incomplete, file))) {
    await rm(incomplete)
    throw new ModelError(
      `${file.path} arrived damaged: its checksum is not the one that the hub gave; try again`,
    )
  }
  await rename(incomplete, target)
  const tag = file.lfs?.oid ?? file.oid
  await writeFile(metadataFile(target), `${commit}\n${tag}\n${Date.now() / 1000}\n`)
  return read
}

/** A failure that the next try may not meet: the connection's, or a hub that is busy for a moment. */
function isPassing(error: unknown): boolean {
  if (error instanceof HubApiError) return error.statusCode === 429 || error.statusCode >= 500
  return !(error instanceof ModelError) && (error as NodeJS.ErrnoException).syscall !== 'write'
}

async function downloadRest(
  { repository, commit, file }: WantedFile,
  incomplete: string,
  options: DownloadOptions,
  report: (bytes: number) => void,
): Promise<number> {
  const output = await open(incomplete, 'a')
  try {
    const start = (await output.stat()).size
    if (start >= file.size) return 0
    const blob = await downloadFile({
      repo: repository,
      path: file.path,
      revision: commit,
      xet: false,
      hubUrl: options.hub,
      accessToken: options.token,
    })
    if (!blob) throw new ModelError(`${repository} lists ${file.path} but does not have it`)
    const reader = blob.slice(start).stream().getReader()
    let at = start
    while (at < file.size) {
      const { done, value } = await beforeStall(reader.read(), options.stallLimit ?? 60_000, () =>
        reader.cancel(),
      )
      if (done) throw new Error(`the connection ended after ${at} of ${file.size} bytes of ${file.path}`)
      await output.appendFile(value)
      at += value.length
      report(at)
    }
    return at - start
  } finally {
    await output.close()
  }
}

async function beforeStall<T>(work: Promise<T>, limit: number, cancel: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const stall = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no byte came for ${limit / 1000} s`))
      cancel()
    }, limit)
  })
  try {
    return await Promise.race([work, stall])
  } finally {
    clearTimeout(timer)
  }
}

/** Large files are identified by SHA-256, small ones by git's blob hash. */
async function hasContent(path: string, file: ListFileEntry): Promise<boolean> {
  const hash = file.lfs ? createHash('sha256') : createHash('sha1').update(`blob ${file.size}\0`)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex') === (file.lfs?.oid ?? file.oid)
}
