import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { readBandwidth } from './bandwidth.ts'
import { makeModels } from './models.ts'
import { median, SubjectProcess, spread, table } from './processes.ts'
import type { Work } from './work.ts'

// npm --prefix bench/engine install && node bench/engine/speed.ts [--rounds 3] [--models DIR] [--threads 2] [--only WORD]
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    models: { type: 'string', default: '/tmp/keval-bench' },
    shape: { type: 'string', default: '1b' },
    threads: { type: 'string', default: '2' },
    tokens: { type: 'string', default: '32' },
    provider: { type: 'string', default: 'cpu' },
    only: { type: 'string', default: '' },
  },
})
const threads = values.threads
const tokens = Number(values.tokens)
const models = await makeModels(values.models, values.shape as '1b')

const allWorks: [string, Work][] = [
  ['decode at 1,000, 1 row', { kind: 'decode', rows: 1, context: 1000, tokens, seed: 1 }],
  ['decode at 500, 4 rows', { kind: 'decode', rows: 4, context: 500, tokens, seed: 2 }],
  ['decode at 500, 8 rows', { kind: 'decode', rows: 8, context: 500, tokens, seed: 3 }],
  ['prefill 600', { kind: 'prefill', tokens: 600, seed: 4 }],
  ['prefill 1,500', { kind: 'prefill', tokens: 1500, seed: 5 }],
]
const works = allWorks.filter(([name]) => name.includes(values.only))
const subjects: [string, string, string[]][] = [
  [
    'this engine',
    'ours.ts',
    [models.onnx, threads, values.provider === 'cpu' ? 'io-binding' : 'auto', values.provider],
  ],
  ['this engine, fallback binding', 'ours.ts', [models.onnx, threads, 'binding']],
  ['node-llama-cpp Q4_0', 'llama.mjs', [models.q4_0, threads]],
  ['node-llama-cpp Q4_K', 'llama.mjs', [models.q4_k, threads]],
  ['transformers.js q4', 'transformers.mjs', [models.transformers, threads]],
]

const started: SubjectProcess[] = []
for (const [name, file, args] of subjects)
  await SubjectProcess.start(name, file, args).then(
    (subject) => started.push(subject),
    (error: Error) => console.error(error.message),
  )
const rates = new Map(started.map((subject) => [subject, works.map((): number[] => [])]))
const bandwidths: number[] = []
for (let round = 0; round < Number(values.rounds); round++) {
  bandwidths.push(await readBandwidth(Number(threads), 1))
  for (const [index, [name, work]] of works.entries())
    for (const subject of started) {
      // another seed each round: nobody may answer from a cache
      const seeded = 'seed' in work ? { ...work, seed: work.seed + 10 * (round + 1) } : work
      const result = await subject.run(seeded)
      if (!result) continue
      rates.get(subject)![index]!.push(result.units / result.seconds)
      console.error(
        `round ${round + 1}, ${name}, ${subject.name}: ${(result.units / result.seconds).toFixed(1)} tokens/s`,
      )
    }
}
for (const subject of started) subject.stop()

console.log(`Tokens a second, median (lowest to highest) of ${values.rounds} interleaved rounds; ${threads} threads; \
load average ${loadavg()[0]!.toFixed(1)}; memory read ${(median(bandwidths) / 1e9).toFixed(1)} GB/s.\n`)
console.log(
  table(
    ['', ...works.map(([name]) => name)],
    started.map((subject) => [subject.name, ...rates.get(subject)!.map(spread)]),
  ),
)
