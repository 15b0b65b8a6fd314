import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { downloadFile, HubApiError, type ListFileEntry, listFiles, modelInfo } from '@huggingface/hub'
import { ModelError } from '../../model/model-error.ts'
import { hubMetadata, metadataFile } from './hub-checksums.ts'

export interface PullOptions {
  /** Branch, tag or commit; the repository's main branch when left out. */
  revision?: string
  token?: string
  /** Address of the hub. */
  hub: string
  /** Milliseconds to wait before trying again: after the first break, the second, and so on. */
  retryDelays?: number[]
  /** Milliseconds without a byte after which a connection counts as broken. */
  stallLimit?: number
  onProgress?: (progress: { file: string; bytesDone: number; bytesTotal: number }) => void
}

export interface Pulled {
  path: string
  /** The commit that was downloaded. */
  revision: string
  files: string[]
  /** Bytes that came over the network this time. */
  bytesDownloaded: number
}

const retryDelays = [1000, 2000, 4000, 8000, 16000]

/** What a model directory or a checkpoint is made of; weights in other formats, images and logs stay behind. */
const needed = [
  /^(config|generation_config|genai_config|special_tokens_map|added_tokens)\.json$/,
  /^tokenizer(_config)?\.json$/,
  /^chat_template\.jinja$/,
  /^(LICENSE|NOTICE|USE_POLICY)/i,
  /^model(-\d+-of-\d+)?\.safetensors$/,
  /^model\.safetensors\.index\.json$/,
]
const neededGraphs = [/^[^/]+\.onnx([._]data(_\d+)?)?$/, /^onnx\/model_q4\.onnx(_data(_\d+)?)?$/]

/**
 * Downloads what is needed of a repository of the Hugging Face hub: the safetensors checkpoint, or the ONNX graph
 * where there is none. Files that are there already are kept, a broken download goes on where it stopped, and
 * every file is compared with the hub's checksum before it gets its name.
 *
 * @param repository owner/name
 * @throws ModelError saying what to do about it
 */
export async function pullModel(repository: string, out: string, options: PullOptions): Promise<Pulled> {
  const hub = { hubUrl: options.hub, accessToken: options.token }
  const path = resolve(out)
  try {
    const { sha } = await modelInfo({
      name: repository,
      revision: options.revision ?? 'main',
      additionalFields: ['sha'],
      ...hub,
    })
    const listed: ListFileEntry[] = []
    for await (const entry of listFiles({ repo: repository, revision: sha, recursive: true, ...hub }))
      if (entry.type === 'file') listed.push(entry)
    const files = chooseFiles(repository, listed)
    await mkdir(path, { recursive: true })

    const bytesTotal = files.reduce((sum, file) => sum + file.size, 0)
    await checkSpace(path, bytesTotal)
    let bytesBefore = 0
    let bytesDownloaded = 0
    for (const file of files) {
      const report = (bytes: number) =>
        options.onProgress?.({ file: file.path, bytesDone: bytesBefore + bytes, bytesTotal })
      if (!(await isThere(join(path, file.path), file, sha)))
        bytesDownloaded += await downloadWhole(repository, sha, file, join(path, file.path), options, report)
      bytesBefore += file.size
      report(0)
    }
    return { path, revision: sha, files: files.map((file) => file.path), bytesDownloaded }
  } catch (error) {
    throw explained(error, repository, options)
  }
}

function chooseFiles(repository: string, listed: ListFileEntry[]): ListFileEntry[] {
  const matching = (patterns: RegExp[]) =>
    listed.filter(({ path }) => patterns.some((pattern) => pattern.test(path)))
  const files = matching(needed)
  if (!files.some((file) => file.path.endsWith('.safetensors'))) {
    const graphs = matching(neededGraphs)
    if (graphs.length === 0) throw new ModelError(`${repository} has neither safetensors nor an ONNX graph`)
    files.push(...graphs)
  }
  return files.sort((a, b) => a.size - b.size)
}

async function checkSpace(path: string, bytes: number) {
  const { bavail, bsize } = await statfs(path)
  if (bavail * bsize < bytes)
    throw new ModelError(
      `no space left for ${path}: the files take ${Math.ceil(bytes / 1e6)} MB, ${Math.floor((bavail * bsize) / 1e6)} MB are free`,
    )
}

/** A file that was downloaded and verified before, of this content. */
async function isThere(target: string, file: ListFileEntry, commit: string): Promise<boolean> {
  const metadata = await hubMetadata(target)
  const found = await stat(target).catch(() => null)
  if (!metadata || found?.size !== file.size) return false
  return file.lfs ? metadata.sha256 === file.lfs.oid : metadata.commit === commit
}

/** Downloads one file, again and again if need be, verifies it and puts it in its place. Returns bytes read. */
async function downloadWhole(
  repository: string,
  commit: string,
  file: ListFileEntry,
  target: string,
  options: PullOptions,
  report: (bytes: number) => void,
): Promise<number> {
  const incomplete = metadataFile(target).replace(
    /metadata$/,
    `${(file.lfs?.oid ?? file.oid)!.slice(0, 16)}.incomplete`,
  )
  await mkdir(dirname(incomplete), { recursive: true })
  const delays = [...(options.retryDelays ?? retryDelays)]
  let read = 0
  for (;;) {
    try {
      read += await downloadRest(repository, commit, file, incomplete, options, report)
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
  repository: string,
  commit: string,
  file: ListFileEntry,
  incomplete: string,
  options: PullOptions,
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

/** Large files are known by their SHA-256, small ones as git knows them. */
async function hasContent(path: string, file: ListFileEntry): Promise<boolean> {
  const hash = file.lfs ? createHash('sha256') : createHash('sha1').update(`blob ${file.size}\0`)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex') === (file.lfs?.oid ?? file.oid)
}

function explained(error: unknown, repository: string, options: PullOptions): unknown {
  if (error instanceof ModelError) return error
  if (error instanceof HubApiError) {
    const page = `${options.hub}/${repository}`
    if (error.statusCode === 401 || error.statusCode === 403)
      return new ModelError(
        options.token
          ? `the hub refuses ${repository} to this token: access is by application; ask for it at ${page} with the account of the token, and wait until it is granted`
          : `${repository} needs a token: access is by application; ask for it at ${page}, then pass a token of your account with --token or HF_TOKEN`,
      )
    if (error.statusCode === 404)
      return new ModelError(
        `the hub has no ${repository}${options.revision ? ` at revision ${options.revision}` : ''}, or does not show it without a token`,
      )
    return new ModelError(`the hub answers ${error.statusCode} for ${repository}; try again later`)
  }
  const { code, syscall } = ((error as Error).cause ?? error) as NodeJS.ErrnoException
  if (code === 'ENOSPC') return new ModelError(`no space left while downloading ${repository}`)
  if (code && ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'].includes(code))
    return new ModelError(`cannot reach ${options.hub} (${code}): is this machine offline?`)
  if (syscall && !(error as Error).cause) return error
  return new ModelError(
    `the download of ${repository} broke off (${(error as Error).message}); run the same command again to go on`,
  )
}
