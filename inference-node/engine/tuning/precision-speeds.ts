import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type DecoderConfig, readDecoderConfig } from '../../convert/checkpoint/decoder-config.ts'
import { isSupported } from '../../convert/checkpoint/families.ts'
import { buildLayerGraph } from '../../convert/graph/stage-graphs.ts'
import { type PrecisionOptions, weightFormats } from '../../convert/precision.ts'
import { RandomWeights } from '../../convert/weights/random-weights.ts'
import type { ModelDirectory } from '../../model/directory.ts'
import { decide, median, minRounds } from './rounds.ts'
import type { PrecisionSpeed, Tuning } from './tuning.ts'

type Option = Pick<PrecisionOptions, 'precision' | 'blockSize'>

/** The precisions to choose from on a CPU, by the options of `convert`; the first is its default. */
const options: { name: string; option: Option }[] = [
  { name: 'int8 by row', option: { precision: 'int8', blockSize: 'row' } },
  { name: 'int4', option: { precision: 'int4', blockSize: 'mixed' } },
  { name: 'int8 in blocks of 32', option: { precision: 'int8', blockSize: 32 } },
]

/** Weights beyond the processor's caches: a few layers of a large model would be measured in the cache. */
const wantedBytes = 200e6
/** A sample shorter than this measures the clock. */
const minSampleMs = 20
/** Rows of the steps that are measured; the last is a chunk of a prompt. */
const stepRows = [1, 8, 128] as const
/** A judgment, of which many run at once: tokens of its prompt and of its answer. */
const judgment = { prompt: 600, answer: 250, atOnce: 8 }

/**
 * Measures how fast this processor computes layers of the model's shapes in each precision that `convert` makes for a
 * CPU, with made-up weights. Null for a model whose shapes are not known, or when the time is over before it is clear.
 *
 * @param isOver whether no further round is to be begun
 */
export async function measurePrecisions(
  directory: ModelDirectory,
  threads: number,
  rounds: number,
  isOver: () => boolean,
): Promise<Tuning['precisions']> {
  const config = await readConfig(directory)
  if (config === null || isOver()) return null
  const models: { name: string; layers: LayerStack; times: number[][] }[] = []
  try {
    for (const { name, option } of options)
      models.push({
        name,
        layers: await LayerStack.make(config, option, threads),
        times: stepRows.map(() => []),
      })
    for (const { layers } of models) for (const rows of stepRows) await layers.run(rows)
    for (let round = 0; round < rounds && !isOver(); round++)
      for (const { layers, times } of models)
        for (const [index, rows] of stepRows.entries()) times[index]!.push(await layers.run(rows))
    if (models.some(({ times }) => times[0]!.length < minRounds)) return null
    const candidates = models.map(({ times }, value) => ({
      value,
      rates: times[0]!.map((_, round) => 1000 / judgmentMs(times.map((each) => each[round]!))),
    }))
    const served = findServed(directory)
    const reference = Math.max(
      0,
      models.findIndex(({ name }) => name === served),
    )
    return {
      served,
      fastest: models[decide(candidates, reference)]!.name,
      speeds: models.map(({ name, times }): PrecisionSpeed => {
        const [oneRowMs, eightRowsMs, promptMs] = times.map((each) => Number(median(each).toPrecision(4)))
        return { precision: name, oneRowMs: oneRowMs!, eightRowsMs: eightRowsMs!, promptMs: promptMs! }
      }),
    }
  } finally {
    for (const { layers } of models) await layers.close()
  }
}

/** Time of a judgment's layers, of which its step is shared with others. */
const judgmentMs = ([, eightRowsMs, promptMs]: readonly number[]) =>
  (judgment.prompt / stepRows[2]) * promptMs! + (judgment.answer / judgment.atOnce) * eightRowsMs!

/** Share of the time of a judgment that the fastest precision would take, against the one that is served. */
export function compareWithServed({
  served,
  fastest,
  speeds,
}: NonNullable<Tuning['precisions']>): number | null {
  const time = (name: string | null) => {
    const speed = speeds.find(({ precision }) => precision === name)
    return speed ? judgmentMs([speed.oneRowMs, speed.eightRowsMs, speed.promptMs]) : null
  }
  const [before, after] = [time(served), time(fastest)]
  return before === null || after === null ? null : after / before
}

/** Returns the precision of a model; null for one that is not listed. */
function findServed({ conversion, precision }: ModelDirectory): string | null {
  if (conversion?.target !== 'cpu') return null
  const found = options.find(
    ({ option }) => option.precision === precision && option.blockSize === conversion.blockSize,
  )
  return found?.name ?? null
}

async function readConfig({ path, architecture }: ModelDirectory): Promise<DecoderConfig | null> {
  if (!isSupported(architecture)) return null
  const text = await readFile(join(path, 'config.json'), 'utf8').catch(() => null)
  return text === null ? null : readDecoderConfig(JSON.parse(text))
}

/** Some layers of a model, which stand for all. */
class LayerStack {
  readonly #sessions: InferenceSession[]
  readonly #config: DecoderConfig

  private constructor(sessions: InferenceSession[], config: DecoderConfig) {
    this.#sessions = sessions
    this.#config = config
  }

  static async make(config: DecoderConfig, option: Option, threads: number): Promise<LayerStack> {
    const formats = weightFormats({ ...option, target: 'cpu', activations: 'int8' }, config)
    const sessions: InferenceSession[] = []
    let bytes = 0
    for (let layer = 0; layer < config.layers && bytes < wantedBytes; layer++) {
      const weights = new RandomWeights(formats)
      const { graph } = buildLayerGraph(config, layer, weights, {
        contextLength: stepRows[2],
        producer: 'keval-node tune',
      })
      bytes += graph.length
      sessions.push(
        await InferenceSession.create(graph, {
          executionProviders: ['cpu'],
          intraOpNumThreads: threads,
          logSeverityLevel: 3,
        }),
      )
    }
    return new LayerStack(sessions, config)
  }

  /** Milliseconds that all layers of the model take for so many rows. */
  async run(rows: number): Promise<number> {
    const { kvHeads, headSize, hiddenSize, layers } = this.#config
    const hidden = Float32Array.from(
      { length: rows * hiddenSize },
      (_, index) => ((index * 37) % 64) / 32 - 1,
    )
    const mask = new Tensor('int64', new BigInt64Array(rows).fill(1n), [1, rows])
    const empty = new Tensor('float32', new Float32Array(0), [1, kvHeads, 0, headSize])
    const given = new Tensor('float32', hidden, [rows, hiddenSize])
    const startedAt = performance.now()
    let runs = 0
    for (; runs === 0 || performance.now() - startedAt < minSampleMs; runs++)
      for (const [layer, session] of this.#sessions.entries())
        await session.run(
          {
            hidden: given,
            attention_mask: mask,
            [`past_key_values.${layer}.key`]: empty,
            [`past_key_values.${layer}.value`]: empty,
          },
          ['next'],
        )
    return ((performance.now() - startedAt) * layers) / this.#sessions.length / runs
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) await session.release()
  }
}
