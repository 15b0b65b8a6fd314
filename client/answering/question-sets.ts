import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { textDigest } from '../../schema/metrics/contamination.ts'
import { koBenchQuestions } from '../../schema/metrics/published-digests.ts'
import { readQuestions } from './read-questions.ts'

export const questionSetNames = ['ko-bench', 'logickor'] as const
export type QuestionSetName = (typeof questionSetNames)[number]

/** A public question set as it was fetched. */
export interface QuestionSet {
  bytes: Uint8Array
  home: string
  licence: string
  sha256: string
  /** True if the digest is pinned here; otherwise the digest of the first fetch is trusted. */
  isKnown: boolean
  isFetched: boolean
}

/** A question set that cannot be fetched, or is not the published one. */
export class QuestionSetError extends Error {
  readonly problem:
    | { kind: 'fetch'; reason: string }
    | { kind: 'content' }
    | { kind: 'digest'; expected: string; found: string }
  constructor(problem: QuestionSetError['problem']) {
    super(problem.kind)
    this.problem = problem
  }
}

interface FetchOptions {
  /** Folder of downloaded sets. */
  folder: string
  fetch: typeof fetch
  signal: AbortSignal
  /** Address of the Hugging Face Hub. */
  hubUrl?: string
}

type Fetched = Pick<QuestionSet, 'bytes' | 'licence' | 'isKnown'>

const logickor = {
  home: 'https://github.com/instructkr/LogicKor',
  file: 'https://raw.githubusercontent.com/instructkr/LogicKor/11c3a84f93d176754f1ce197a8f00961cffa9de2/questions.jsonl',
  sha256: '83440ad0424fa9e9a92206dc6cb5a3d9e2f7c3074ad4ac8425c3e1d8af11782c',
}
const koBench = {
  home: 'https://huggingface.co/datasets/davidkim205/ko-bench',
  dataset: 'davidkim205/ko-bench',
}

/** The home of a set, for messages before it is fetched. */
export const getHome = (name: QuestionSetName) => (name === 'logickor' ? logickor.home : koBench.home)

/**
 * A public question set, from its home on first use and from the disk afterwards. Its digest is checked each time; no
 * set comes with this package. Throws a {@link QuestionSetError}.
 */
export async function loadQuestionSet(name: QuestionSetName, options: FetchOptions): Promise<QuestionSet> {
  const file = join(options.folder, `${name}.jsonl`)
  const recordFile = join(options.folder, `${name}.json`)
  if (existsSync(file) && existsSync(recordFile)) {
    const record = JSON.parse(readFileSync(recordFile, 'utf8'))
    const bytes = readFileSync(file)
    const found = digest(bytes)
    if (found !== record.sha256)
      throw new QuestionSetError({ kind: 'digest', expected: record.sha256, found })
    return { ...record, bytes, isFetched: false }
  }
  const fetched = await (name === 'logickor' ? fetchLogicKor(options) : fetchKoBench(options)).catch(
    (error) => {
      if (error instanceof QuestionSetError || options.signal.aborted) throw error
      const { code } = (error.cause ?? {}) as { code?: string }
      throw new QuestionSetError({ kind: 'fetch', reason: code ?? error.message })
    },
  )
  const sha256 = digest(fetched.bytes)
  mkdirSync(options.folder, { recursive: true })
  writeFileSync(file, fetched.bytes)
  const record = { home: getHome(name), licence: fetched.licence, sha256, isKnown: fetched.isKnown }
  writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`)
  return { ...record, bytes: fetched.bytes, isFetched: true }
}

async function fetchLogicKor({ fetch, signal }: FetchOptions): Promise<Fetched> {
  const response = await fetch(logickor.file, { signal })
  if (!response.ok) throw new Error(String(response.status))
  const bytes = new Uint8Array(await response.arrayBuffer())
  const found = digest(bytes)
  if (found !== logickor.sha256)
    throw new QuestionSetError({ kind: 'digest', expected: logickor.sha256, found })
  return { bytes, licence: 'none is named there', isKnown: true }
}

const maxFileBytes = 5_000_000

/** The file of the dataset that holds exactly the published questions, whatever its name. */
async function fetchKoBench({ fetch: request, signal, hubUrl }: FetchOptions): Promise<Fetched> {
  const { datasetInfo, downloadFile, listFiles } = await import('@huggingface/hub')
  const repo = { type: 'dataset', name: koBench.dataset } as const
  const own = {
    fetch: (input: string | URL | Request, init?: RequestInit) => request(input, { ...init, signal }),
    hubUrl,
  }
  const { cardData } = await datasetInfo({ name: koBench.dataset, additionalFields: ['cardData'], ...own })
  const licence = String((cardData as { license?: unknown } | undefined)?.license ?? 'none is named there')
  for await (const { path, size } of listFiles({ repo, recursive: true, ...own })) {
    if (!/\.jsonl?$/.test(path) || size > maxFileBytes) continue
    const blob = await downloadFile({ repo, path, ...own })
    if (blob === null) continue
    const bytes = new Uint8Array(await blob.arrayBuffer())
    if (await holdsKoBench(bytes)) return { bytes, licence, isKnown: false }
  }
  throw new QuestionSetError({ kind: 'content' })
}

/** True if the first turns are the published 80 questions, by their digests. */
async function holdsKoBench(bytes: Uint8Array): Promise<boolean> {
  const { questions } = readQuestions(bytes)
  const digests = await Promise.all(questions.map(({ turns }) => textDigest(turns[0]!)))
  return questions.length === koBenchQuestions.size && digests.every((one) => koBenchQuestions.has(one))
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
