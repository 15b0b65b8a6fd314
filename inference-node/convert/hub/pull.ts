import { mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { HubApiError, type ListFileEntry, listFiles, modelInfo } from '@huggingface/hub'
import { ModelError } from '../../model/model-error.ts'
import { requireFreeSpace } from '../../platform/disk-space.ts'
import { type DownloadOptions, downloadWhole, type WantedFile } from './download.ts'
import { hubMetadata } from './hub-checksums.ts'

export interface PullOptions extends DownloadOptions {
  /** Branch, tag or commit; the repository's main branch when left out. */
  revision?: string
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

/** Files of a model directory or a checkpoint; weights in other formats, images and logs are not downloaded. */
const needed = [
  /^(config|generation_config|genai_config|special_tokens_map|added_tokens)\.json$/,
  /^tokenizer(_config)?\.json$/,
  /^chat_template\.jinja$/,
  /^(LICENSE|NOTICE|USE_POLICY)[\w.-]*$/i,
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
    if (!/^[0-9a-f]{40}$/.test(sha)) throw new ModelError(`the hub names no commit of ${repository}`)
    const listed: ListFileEntry[] = []
    for await (const entry of listFiles({ repo: repository, revision: sha, recursive: true, ...hub }))
      if (entry.type === 'file' && listed.push(entry) > maxFiles)
        throw new ModelError(`${repository} has more than ${maxFiles} files: it is not one model`)
    const files = chooseFiles(repository, listed)
    await mkdir(path, { recursive: true })

    const bytesTotal = files.reduce((sum, file) => sum + file.size, 0)
    await requireFreeSpace(path, bytesTotal, 'the files take')
    let bytesBefore = 0
    let bytesDownloaded = 0
    for (const file of files) {
      const report = (bytes: number) =>
        options.onProgress?.({ file: file.path, bytesDone: bytesBefore + bytes, bytesTotal })
      const wanted = { repository, commit: sha, file, target: join(path, file.path) }
      if (!(await isThere(wanted))) bytesDownloaded += await downloadWhole(wanted, options, report)
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
  for (const file of listed) checkEntry(repository, file)
  const files = matching(needed)
  if (!files.some((file) => file.path.endsWith('.safetensors'))) {
    const graphs = matching(neededGraphs)
    if (graphs.length === 0) throw new ModelError(`${repository} has neither safetensors nor an ONNX graph`)
    files.push(...graphs)
  }
  return files.sort((a, b) => a.size - b.size)
}

/** Files of one model; a listing of more is not a model's. */
const maxFiles = 10_000

/** @throws ModelError for an entry that no hub gives: its parts become names of files and requests */
function checkEntry(repository: string, { path, oid, size, lfs }: ListFileEntry): void {
  const isName = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[\\\0]/.test(part)
  const isHash = (hash: unknown) => typeof hash === 'string' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash)
  const isSize = Number.isSafeInteger(size) && size >= 0
  if (path.split('/').every(isName) && isHash(lfs?.oid ?? oid) && isSize) return
  throw new ModelError(
    `the hub lists a file of ${repository} that cannot be: ${JSON.stringify(path).slice(0, 120)}`,
  )
}

/** A file that was downloaded and verified before, of this content. */
async function isThere({ target, file, commit }: WantedFile): Promise<boolean> {
  const metadata = await hubMetadata(target)
  const found = await stat(target).catch(() => null)
  if (!metadata || found?.size !== file.size) return false
  return file.lfs ? metadata.sha256 === file.lfs.oid : metadata.commit === commit
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
