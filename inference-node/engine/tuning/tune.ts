import type { ModelDirectory } from '../../model/directory.ts'
import { defaultSettings, type PlannedModel, planRuntime } from '../process/plan-runtime.ts'
import { type Survey, toTuningKey } from '../process/survey-model.ts'
import { openRuntime, openWithoutSelfTest } from '../runtime/open-runtime.ts'
import type { Provider, Runtime } from '../runtime/runtime.ts'
import { measurePrecisions } from './precision-speeds.ts'
import { type Candidate, decide, measureInterleaved, median, minRounds, summarize } from './rounds.ts'
import type { Tuning } from './tuning.ts'
import { fillRows, measurePrefill, measureSteps } from './workloads.ts'

export interface TuneOptions {
  survey: Survey
  /** The runtime that the model runs on. */
  provider: Provider
  runtime: Runtime['kind']
  weightsDigest: string
  /** Threads that the engine may use at most. */
  maxThreads: number
  /** Most bytes for the cache; null for the plan's. */
  cacheBytes: number | null
  /** No measurement is begun after so many milliseconds. */
  budgetMs: number
  /** Receives a line for each part. */
  onProgress: (line: string) => void
}

const rounds = 5
/** Longest pause of running answers for a chunk of a prompt. */
const maxPauseMs = 500

/** Lengths to try, in tokens. The context is that of a judge's prompt, and shorter where that takes seconds. */
const trials = {
  onGpu: { chunks: [128, 256, 512, 1024, 2048], slots: [1, 2, 4, 8, 16, 32, 64, 128, 256], context: 1024 },
  onCpu: { chunks: [64, 128, 256, 512], slots: [1, 2, 4, 8, 16, 32], context: 256 },
}

/**
 * Measures which settings serve a model best on its device. A setting stays as it is unless another beats it by more
 * than the measurements spread.
 *
 * @throws RuntimeError when the model does not run
 */
export async function tune(directory: ModelDirectory, options: TuneOptions): Promise<Tuning> {
  const { survey, provider, weightsDigest, onProgress } = options
  const end = performance.now() + options.budgetMs
  /** Returns whether a part has had its share of the time that was left when it began. */
  const toIsOver = (share: number) => {
    const partEnd = end - (1 - share) * Math.max(0, end - performance.now())
    return () => performance.now() >= partEnd
  }
  const { chunks, slots, context } = provider === 'cuda' ? trials.onGpu : trials.onCpu
  const tokens = Math.min(directory.contextLength, Math.max(context, ...chunks)) - 1
  const contextTokens = Math.min(context, tokens - 1)
  const byDefault = defaultSettings(provider)

  const toOptions = (threads: number, wantedRows: number) => ({
    graphFile: directory.graphFile,
    sizes: directory,
    ...planShortRows(provider, directory, options, tokens + 1, wantedRows),
    chunkTokens: Math.min(Math.max(...chunks), tokens),
    cudaFolder: survey.libraries.folder,
    threads,
    provider,
  })

  const openForThreads = (count: number) => openWithoutSelfTest(options.runtime, toOptions(count, 4))
  const threads = await tuneThreads(options, openForThreads, contextTokens, toIsOver(0.4))
  const used = threads.chosen ?? options.maxThreads
  const opened = await openRuntime({ ...survey.choice, provider, runtime: options.runtime }, () =>
    toOptions(used, Math.max(...slots)),
  )
  try {
    onProgress(`chunks of a prompt: ${tokens} tokens`)
    const possible = chunks.filter((chunk) => chunk <= Math.min(tokens, opened.chunkTokens))
    const ofChunks = await measureInterleaved(
      [...new Set([...possible, Math.min(byDefault.chunkTokens, opened.chunkTokens)])],
      rounds,
      (chunk) => measurePrefill(opened, tokens, chunk),
      toIsOver(provider === 'cpu' ? 0.4 : 0.6),
    )
    onProgress(`rows of a step: up to ${opened.runtime.rows}`)
    await fillRows(opened, contextTokens)
    const defaultRows = Math.min(byDefault.slots, opened.runtime.rows)
    const counts = slots.filter((rows) => rows <= opened.runtime.rows)
    const ofSlots = await measureInterleaved(
      [...new Set([...counts, defaultRows])],
      rounds,
      (rows) => measureSteps(opened, contextTokens, rows),
      toIsOver(provider === 'cpu' ? 0.6 : 1),
    )
    const slotCount = decide(ofSlots, defaultRows)
    if (provider === 'cpu') onProgress('kernels of the precisions')
    return {
      key: toTuningKey(survey, provider, weightsDigest),
      measuredAt: new Date().toISOString(),
      settings: {
        chunkTokens: chooseChunk(ofChunks, byDefault.chunkTokens),
        // memory was the bound, not the speed
        slots: slotCount === defaultRows ? byDefault.slots : slotCount,
        threads: threads.chosen,
      },
      measured: {
        chunkTokens: summarize(ofChunks),
        slots: summarize(ofSlots),
        threads: summarize(threads.candidates),
      },
      precisions: provider === 'cpu' ? await measurePrecisions(directory, used, rounds, toIsOver(1)) : null,
    }
  } finally {
    opened.runtime.close()
  }
}

/** Rows that are only as long as the measurement needs, so that many fit. */
function planShortRows(
  provider: Provider,
  directory: PlannedModel,
  { cacheBytes, survey }: Pick<TuneOptions, 'cacheBytes' | 'survey'>,
  slotTokens: number,
  wantedRows: number,
) {
  const config = { slots: null, slotTokens, cacheBytes, chunkTokens: null }
  const { rows, rowTokens } = planRuntime(provider, directory, config, survey.memory, wantedRows)
  return { rows, rowTokens }
}

/**
 * The threads of one operator, on the CPU. Each count needs a session of its own, whose weights take seconds to load and as
 * much memory as the model: one is open at a time, and stays open where a round begins with the last one's end.
 */
async function tuneThreads(
  { provider, maxThreads, onProgress }: TuneOptions,
  open: (threads: number) => Promise<Runtime>,
  contextTokens: number,
  isOver: () => boolean,
): Promise<{ chosen: number | null; candidates: Candidate[] }> {
  if (provider !== 'cpu') return { chosen: null, candidates: [] }
  const halves = [1, 2, 4, 8].map((part) => Math.max(1, Math.floor(maxThreads / part)))
  const values = [...new Set(halves)]
  if (values.length === 1) return { chosen: maxThreads, candidates: [] }
  onProgress(`threads: ${values.join(', ')}`)
  let current: { threads: number; runtime: Runtime } | null = null
  const use = async (threads: number): Promise<Runtime> => {
    if (current?.threads === threads) return current.runtime
    current?.runtime.close()
    current = null
    current = { threads, runtime: await open(threads) }
    return current.runtime
  }
  const measure = async (threads: number) => {
    const runtime = await use(threads)
    const opened = { runtime, alignedChunks: false, decodeMultiple: 2, chunkTokens: 128 }
    await fillRows(opened, contextTokens) // warms a new session up
    const prefill = await measurePrefill(opened, contextTokens, Math.min(contextTokens, 128))
    const steps = await measureSteps(opened, contextTokens, runtime.rows)
    // a judge's prompt has twice the tokens of its answer
    return 3 / (2 / prefill + 1 / steps)
  }
  try {
    const candidates = await measureInterleaved(values, minRounds, measure, isOver, { warmsUp: false })
    return { chosen: decide(candidates, maxThreads), candidates }
  } finally {
    ;(current as { runtime: Runtime } | null)?.runtime.close()
  }
}

/** The fastest of the chunks that running answers may wait for. */
function chooseChunk(candidates: readonly Candidate[], byDefault: number): number {
  const short = candidates.filter(
    ({ value, rates }) => value === byDefault || (value * 1000) / median(rates) <= maxPauseMs,
  )
  return decide(short, byDefault)
}
