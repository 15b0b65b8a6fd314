import { existsSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import type { Conversion } from '../model/directory.ts'
import { ModelError } from '../model/model-error.ts'
import { requireFreeSpace } from '../platform/disk-space.ts'
import type { Checkpoint } from './checkpoint/checkpoint.ts'
import { type DecoderConfig, readDecoderConfig } from './checkpoint/decoder-config.ts'
import { openCheckpoint } from './checkpoint/open-checkpoint.ts'
import { converterName, dataName, graphName, writeConfigs } from './directory-files.ts'
import { buildDecoderGraph } from './graph/decoder-graph.ts'
import { verifyDownloads } from './hub/hub-checksums.ts'
import { claimPartialFolder, type PartialFolder } from './partial-folder.ts'
import { type PrecisionOptions, weightFormats } from './precision.ts'
import { calibrationPrompts } from './reference/calibration.ts'
import { type Golden, goldenName, goldenPrompts, summarizeGolden } from './reference/golden.ts'
import { type ReferenceRun, runReference } from './reference/reference-run.ts'
import { type Balances, balance, balancedBy } from './weights/balance.ts'
import { chooseMaxGroupSize } from './weights/column-groups.ts'
import type { WeightFormats } from './weights/matrix-formats.ts'
import type { WeightInputs, WeightJob } from './weights/weight-job.ts'
import { WeightPlan } from './weights/weight-plan.ts'
import { runWeightJobs } from './weights/weight-pool.ts'

export interface ConvertOptions extends PrecisionOptions {
  /** Longest context to serve; bounded by what the model was made for. */
  contextLength: number
  /** Name to record as the source; that of the checkpoint when left out. */
  name?: string
  /** The folder of tokenizer.json, for a GGUF file. */
  tokenizer?: string
  threads?: number
  /**
   * Do not run the checkpoint: golden.json is left out, which `certify` compares with, and all weights count the
   * same when they are rounded.
   */
  withoutReference?: boolean
  /** Number formats to use in place of those of the precision: for experiments. */
  formats?: WeightFormats
  onProgress?: (progress: ConvertProgress) => void
}

/** Bytes of the checkpoint that were read: first to run it, then to convert it. */
export interface ConvertProgress {
  stage: 'running' | 'converting'
  bytesDone: number
  bytesTotal: number
}

/**
 * Converts a Hugging Face checkpoint or a GGUF file into a model directory. Everything is written beside `out` first and
 * renamed at the end: `out` either is whole or does not exist.
 *
 * @throws ModelError naming the tensor or file that is in the way
 */
export async function convertCheckpoint(
  source: string,
  out: string,
  options: ConvertOptions,
): Promise<Conversion> {
  const target = resolve(out)
  if (existsSync(target)) throw new ModelError(`${out} exists already; remove it or choose another directory`)
  const checkpoint = await openCheckpoint(source, options.tokenizer)
  const config = readDecoderConfig(checkpoint.config)
  const contextLength = Math.min(options.contextLength, config.contextLength)
  const plan = new WeightPlan(checkpoint, options.formats ?? weightFormats(options, config), dataName)
  const graphOptions = { contextLength, producer: converterName }
  const graph = buildDecoderGraph(config, plan, graphOptions, {
    cpuOnly: isForCpuAlone(options),
    bestLogits: options.target === 'cuda',
  })
  refuseLeftovers(checkpoint, config)

  let partial: PartialFolder | null = null
  try {
    partial = await claimPartialFolder(target)
    await requireFreeSpace(partial.path, plan.size + graph.length, 'the model takes')
    await verifyDownloads(checkpoint.files)
    await writeFile(join(partial.path, graphName), graph)
    const { golden, squares, factors } = await watchReference(checkpoint, config, options)
    // a norm is balanced for every matrix that takes its output, or for none
    const { attention, gateAndUp, down } = plan.formats
    const byRow = [attention, gateAndUp, down].every((format) => format !== null && 'kind' in format)
    const balances: Balances = byRow ? balance(squares) : new Map()
    const getBalance = (matrix: string | undefined) =>
      matrix === undefined ? undefined : balances.get(matrix)
    const toInputs = ({ source, operation }: WeightJob): WeightInputs => {
      // Factors are of inputs that nothing divides.
      if (operation.kind === 'quantize' && !byRow) return { factors: factors.get(operation.matrix) }
      const { rows, columns } = balancedBy(source.tensor, config.normsAfter)
      return { rows: getBalance(rows), columns: getBalance(columns) }
    }
    await writeData(plan, join(partial.path, dataName), toInputs, options)
    const conversion = await writeConfigs(checkpoint, config, partial.path, { ...options, contextLength })
    if (golden) await writeFile(join(partial.path, goldenName), `${JSON.stringify(golden)}\n`)
    await partial.publish()
    return conversion
  } catch (error) {
    partial?.remove()
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new ModelError(`no space left to write ${out}`)
    if (syscall) throw new ModelError(`cannot write ${out}: ${(error as Error).message}`)
    throw error
  }
}

/** Returns whether the graph may use what only the CPU runs fast; other graphs may be moved to a GPU. */
const isForCpuAlone = ({ target, precision, blockSize }: ConvertOptions): boolean =>
  target === 'cpu' && (blockSize === 'row' || precision === 'int4')

/**
 * A weight that the graph has no use for is a sign that config.json is not the one of these weights: a layer or a
 * bias would be left out without a word.
 */
function refuseLeftovers(checkpoint: Checkpoint, config: DecoderConfig) {
  const [unused] = checkpoint
    .unasked()
    .filter(
      (name) =>
        !name.endsWith('.rotary_emb.inv_freq') && !(config.tiedEmbeddings && name === 'lm_head.weight'),
    )
  if (unused !== undefined)
    throw new ModelError(
      `tensor ${unused} has no place in the ${config.architecture} with ${config.layers} layers that ${checkpoint.madeConfig ? 'its metadata' : 'config.json'} describes`,
    )
}

async function writeData(
  plan: WeightPlan,
  path: string,
  toInputs: (job: WeightJob) => WeightInputs,
  options: ConvertOptions,
) {
  const bytesTotal = plan.bytesToRead
  let bytesDone = 0
  const file = await open(path, 'w')
  try {
    await file.truncate(plan.size)
    for (const { offset, bytes } of plan.tables) await file.write(bytes, 0, bytes.length, offset)
  } finally {
    await file.close()
  }
  await runWeightJobs(plan.jobs, path, options.threads ?? availableParallelism(), toInputs, (bytes) => {
    bytesDone += bytes
    options.onProgress?.({ stage: 'converting', bytesDone, bytesTotal })
  })
}

interface Watched extends Omit<ReferenceRun, 'logits'> {
  golden: Golden | null
}

/** Runs the unquantized checkpoint: golden logits to keep, and statistics of the inputs of its matrices. */
async function watchReference(
  checkpoint: Checkpoint,
  config: DecoderConfig,
  options: ConvertOptions,
): Promise<Watched> {
  if (options.withoutReference) return { golden: null, squares: new Map(), factors: new Map() }
  const asked = await goldenPrompts(checkpoint.path, config.vocabularySize, config.contextLength)
  // At 8 bits in small blocks there is next to nothing to gain.
  const watches = options.precision === 'int4' || options.blockSize === 'row'
  const watched = watches
    ? await calibrationPrompts(
        checkpoint.path,
        config.vocabularySize,
        config.contextLength,
        options.precision === 'int4' ? 'thorough' : 'short',
      )
    : []
  const maxGroupSize = options.precision === 'int4' ? chooseMaxGroupSize(config) : null
  const { logits, squares, factors } = await runReference(
    checkpoint,
    config,
    { asked, watched, maxGroupSize },
    (bytesDone, bytesTotal) => options.onProgress?.({ stage: 'running', bytesDone, bytesTotal }),
  )
  return { golden: summarizeGolden(asked, logits, config.vocabularySize), squares, factors }
}
