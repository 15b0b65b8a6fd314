import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type LlamaShape, shapes } from '../convert/random-checkpoint.ts'
import { readBandwidth } from './bandwidth.ts'
import { makeModels, parseBlock } from './models.ts'
import { formatSpread, median, SubjectProcess, table } from './processes.ts'
import type { Work } from './work.ts'

// npm --prefix bench/engine install --ignore-scripts && node bench/engine/speed.ts [--dir DIR] [--shape 1b] [--quick]
const { values } = parseArgs({
  options: {
    /** Tries the bench itself: the smallest shape, one round. */
    quick: { type: 'boolean', default: false },
    dir: { type: 'string', default: join(tmpdir(), 'keval-bench') },
    shape: { type: 'string' },
    rounds: { type: 'string' },
    /** No work is begun after so many minutes. */
    minutes: { type: 'string', default: '30' },
    block: { type: 'string', default: 'mixed' },
    threads: { type: 'string', default: '2' },
    tokens: { type: 'string', default: '32' },
    context: { type: 'string' },
    prompt: { type: 'string' },
    only: { type: 'string', default: '' },
    /** Subjects to compare, by parts of their names; all, if left out. */
    subjects: { type: 'string', default: '' },
    /** Counts processor time in place of time: for a busy machine, with one thread. */
    cpu: { type: 'boolean', default: false },
  },
})
const { threads, quick } = values
const shape = (values.shape ?? (quick ? 'tiny' : '1b')) as LlamaShape
const rounds = Number(values.rounds ?? (quick ? 1 : 3))
const context = Number(values.context ?? (quick ? 100 : 1000))
const prompt = Number(values.prompt ?? (quick ? 100 : 600))
const tokens = Number(values.tokens)
const models = await makeModels(values.dir, shape, parseBlock(values.block))
const config = shapes[shape]
const vocabulary = config.vocab_size

const decode = (rows: number, length: number, seed: number): [string, Work] => [
  `decode at ${length}, ${rows} ${rows === 1 ? 'row' : 'rows'}`,
  { kind: 'decode', rows, context: length, tokens, seed, vocabulary },
]
const prefill = (length: number, seed: number): [string, Work] => [
  `prefill ${length}`,
  { kind: 'prefill', tokens: length, seed, vocabulary },
]
const allWorks = [
  decode(1, context, 1),
  decode(4, context / 2, 2),
  decode(8, context / 2, 3),
  prefill(prompt, 4),
  prefill(prompt * 2.5, 5),
]
const works = allWorks.filter(([name]) => name.includes(values.only))

interface Candidate {
  name: string
  file: string
  args: string[]
  /** Bytes of weights that a step reads, and of the cache for each token in it. */
  weightBytes: number
  cacheBytes: number
}
const cacheNumbers = 2 * config.num_hidden_layers * config.num_key_value_heads * config.head_dim
const byRow = { weightBytes: models.bytes.byRow, cacheBytes: 4 * cacheNumbers }
const int4 = { ...byRow, weightBytes: models.bytes.int4 }
const llama = (name: string, quantization: 'q4_0' | 'q4_k_m' | 'q8_0') => ({
  name: `node-llama-cpp ${name}`,
  file: 'llama.mjs',
  args: [models[quantization], threads],
  weightBytes: models.bytes[quantization],
  cacheBytes: 2 * cacheNumbers,
})
const ours = (name: string, model: string, runtime = 'io-binding') => ({
  name: `this engine${name}`,
  file: 'ours.ts',
  args: [model, threads, runtime],
})
const all: Candidate[] = [
  { ...ours('', models.byRow), ...byRow },
  llama('Q8_0', 'q8_0'),
  { ...ours(', int4 in blocks of 32', models.fine), ...byRow, weightBytes: models.bytes.fine },
  llama('Q4_K_M', 'q4_k_m'),
  { ...ours(', int4', models.int4), ...int4 },
  llama('Q4_0', 'q4_0'),
  { ...ours(', fallback binding', models.byRow, 'binding'), ...byRow },
  { name: 'transformers.js q4', file: 'transformers.mjs', args: [models.transformers, threads], ...int4 },
]
const wanted = values.subjects.split(',')
const candidates = all.filter(({ name }) => wanted.some((part) => name.includes(part)))

const started: (Candidate & { subject: SubjectProcess; rates: number[][] })[] = []
for (const candidate of candidates)
  await SubjectProcess.start(candidate.name, candidate.file, candidate.args).then(
    (subject) => started.push({ ...candidate, subject, rates: works.map(() => []) }),
    (error: Error) => console.error(error.message),
  )
const end = performance.now() + Number(values.minutes) * 60_000
const bandwidths: number[] = []
for (let round = 0; round < rounds; round++) {
  bandwidths.push(await readBandwidth(Number(threads), 3))
  for (const [index, [name, work]] of works.entries())
    for (const { subject, rates } of started) {
      if (performance.now() > end || (subject.name.startsWith('transformers') && name.includes('rows')))
        continue
      // another seed each round: nobody may answer from a cache
      const seeded = 'seed' in work ? { ...work, seed: work.seed + 10 * (round + 1) } : work
      const result = await subject.run(seeded)
      if (!result) continue
      const rate = result.units / (values.cpu ? result.cpuSeconds : result.seconds)
      rates[index]!.push(rate)
      console.error(`round ${round + 1} of ${rounds}, ${name}, ${subject.name}: ${rate.toFixed(1)} tokens/s`)
    }
}
await Promise.all(started.map(({ subject }) => subject.stop()))
if (performance.now() > end) console.error(`stopped after ${values.minutes} minutes`)

const bandwidth = median(bandwidths)
console.log(`Shape ${shape}, block ${values.block}. Tokens a ${values.cpu ? 'processor second' : 'second'}, median (lowest to highest) of ${rounds} \
interleaved rounds; ${threads} threads of ${cpus()[0]!.model}; load average ${loadavg()[0]!.toFixed(1)}\
; memory read ${(bandwidth / 1e9).toFixed(1)} GB/s.\n`)
const head = works.map(([name]) => name)
console.log(
  table(
    ['', 'MB of weights', ...head],
    started.map(({ name, weightBytes, rates }) => [
      name,
      (weightBytes / 1e6).toFixed(0),
      ...rates.map(formatSpread),
    ]),
  ),
)
const limited = works.flatMap(([name, work], index) =>
  work.kind === 'decode' ? [{ name, work, index }] : [],
)
if (!values.cpu && limited.length > 0) {
  console.log(
    '\nShare of what the speed of memory allows: weights once for a step, the cache once for each row.\n',
  )
  console.log(
    table(
      ['', ...limited.map(({ name }) => name)],
      started.map(({ name, weightBytes, cacheBytes, rates }) => [
        name,
        ...limited.map(({ work, index }) => {
          const stepBytes = weightBytes + work.rows * cacheBytes * (work.context + tokens / 2)
          const most = (work.rows * bandwidth) / stepBytes
          return rates[index]!.length === 0 ? '–' : `${((100 * median(rates[index]!)) / most).toFixed(0)}%`
        }),
      ]),
    ),
  )
}
