import { parseArgs } from 'node:util'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { addBestLogits } from '../../inference-node/convert/graph/best-logits.ts'
import { GraphWriter } from '../../inference-node/convert/graph/graph-writer.ts'
import { FedWeights } from '../../inference-node/convert/reference/fed-weights.ts'
import type { SamplingParameters } from '../../inference-node/engine/sampling/parameters.ts'
import { LogProbabilities } from '../../inference-node/engine/sampling/probabilities.ts'
import { penalizeRepetition, Sampler } from '../../inference-node/engine/sampling/sampler.ts'
import { type BestLogits, bestLogitsNames, countBest } from '../../inference-node/model/best-logits.ts'
import { formatSpread, table } from './processes.ts'

// node bench/engine/sampling.ts [--vocabulary 128256] [--rounds 5] [--tokens 100]: what choosing tokens costs the host
const { values } = parseArgs({
  options: {
    vocabulary: { type: 'string', default: '128256' },
    rounds: { type: 'string', default: '5' },
    tokens: { type: 'string', default: '100' },
  },
})
const vocabulary = Number(values.vocabulary)
const tokens = Number(values.tokens)

/** A trained model prefers a few tokens by far; one of random weights prefers none. */
const logits = {
  'as of a trained model': Float32Array.from({ length: vocabulary }, () => normal() * 2 + rarely(30)),
  flat: Float32Array.from({ length: vocabulary }, () => normal() * 0.5),
}
const neutral: SamplingParameters = { temperature: 0.7, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 }
const seen = Array.from({ length: 1000 }, (_, index) => (index * 97) % vocabulary)
const sampler = new Sampler(vocabulary)
const choosing = (parameters: Partial<SamplingParameters>) => (row: Float32Array, index: number) => {
  sampler.sample(row, { ...neutral, ...parameters }, (index * 0.618) % 1)
}
const settings: [string, (row: Float32Array, index: number) => void][] = [
  ['temperature 0', choosing({ temperature: 0 })],
  ['temperature 0.7', choosing({})],
  ['temperature 0.7, min-p 0.05', choosing({ minP: 0.05 })],
  ['temperature 0.7, top-k 40', choosing({ topK: 40 })],
  ['temperature 0.7, top-p 0.9', choosing({ topP: 0.9 })],
  ['temperature 0.7, top-k 40, top-p 0.9', choosing({ topK: 40, topP: 0.9 })],
  ['repetition penalty over 1,000 tokens', (row) => penalizeRepetition(row.slice(), seen, 1.1)],
  ['log-probabilities, 20 alternatives', (row) => void new LogProbabilities(row).top(20)],
]

const times = settings.map(() => Object.values(logits).map((): number[] => []))
for (let round = -1; round < Number(values.rounds); round++) {
  for (const [index, [, choose]] of settings.entries())
    for (const [column, row] of Object.values(logits).entries()) {
      const before = process.cpuUsage()
      for (let token = 0; token < tokens; token++) choose(row, token)
      const { user, system } = process.cpuUsage(before)
      if (round >= 0) times[index]![column]!.push((user + system) / 1000 / tokens) // the first one warms up
    }
  console.error(round < 0 ? 'warmed up' : `round ${round + 1} of ${values.rounds}`)
}
console.log(`Milliseconds of processor time for one token over ${vocabulary} logits, median (lowest to highest) of \
${values.rounds} rounds of ${tokens} tokens.\n`)
console.log(
  table(
    ['', ...Object.keys(logits)],
    settings.map(([name], index) => [name, ...times[index]!.map(formatSpread)]),
  ),
)

const rowCounts = [1, 8, 32, 128]
const row = logits['as of a trained model']
const graph = await openBestLogits(vocabulary)
const best = await graph(1, row)
const ways: [string, (rows: number) => unknown][] = [
  ['whole rows', (rows) => repeat(rows, (token) => sampler.sample(row, neutral, (token * 0.618) % 1))],
  [
    'the best of rows',
    (rows) =>
      repeat(rows, (token) => {
        const random = (token * 0.618) % 1
        if (sampler.sampleBest(best, neutral, random) === null) sampler.sample(row, neutral, random)
      }),
  ],
  ['finding the best of rows in the graph, on this CPU', (rows) => graph(rows, row)],
]
const stepTimes = ways.map(() => rowCounts.map((): number[] => []))
for (let round = -1; round < Number(values.rounds); round++)
  for (const [index, [, way]] of ways.entries())
    for (const [column, rows] of rowCounts.entries()) {
      const before = process.cpuUsage()
      const steps = Math.ceil(64 / rows)
      for (let step = 0; step < steps; step++) await way(rows)
      const { user, system } = process.cpuUsage(before)
      if (round >= 0) stepTimes[index]![column]!.push((user + system) / 1000 / steps)
    }
console.log(
  `\nMilliseconds of processor time for a step of so many rows, at temperature 0.7, of a trained model.\n`,
)
console.log(
  table(
    ['', ...rowCounts.map((rows) => (rows === 1 ? '1 row' : `${rows} rows`))],
    ways.map(([name], index) => [name, ...stepTimes[index]!.map(formatSpread)]),
  ),
)

function repeat(count: number, choose: (index: number) => void) {
  for (let index = 0; index < count; index++) choose(index)
}

/** The part of a graph that finds the best logits, alone: of as many equal rows as are asked for. */
async function openBestLogits(size: number) {
  const writer = new GraphWriter(new FedWeights(), 'logits')
  writer.input('logits', 'float32', ['batch_size', 'logits_length', size])
  writer.nodes('Shape', ['logits'], ['leading'], { start: 0, end: 2 })
  addBestLogits(writer, size, 'leading')
  const session = await InferenceSession.create(writer.finish('best', 'bench'), { intraOpNumThreads: 1 })
  return async (rows: number, one: Float32Array): Promise<BestLogits> => {
    const data = new Float32Array(rows * size)
    for (let at = 0; at < rows; at++) data.set(one, at * size)
    const outputs = await session.run({ logits: new Tensor('float32', data, [rows, 1, size]) })
    return {
      values: (outputs[bestLogitsNames.values]!.data as Float32Array).slice(0, countBest(size)),
      ids: (outputs[bestLogitsNames.ids]!.data as Int32Array).slice(0, countBest(size)),
      sum: (outputs[bestLogitsNames.sum]!.data as Float32Array)[0]!,
    }
  }
}

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
}

function rarely(value: number): number {
  return Math.random() < 3e-4 ? value * Math.random() : 0
}
