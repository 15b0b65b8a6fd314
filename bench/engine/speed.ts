import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { readBandwidth } from './bandwidth.ts'
import { makeModels } from './models.ts'
import { median, SubjectProcess, spread, table } from './processes.ts'
import type { Work } from './work.ts'

// npm --prefix bench/engine install && node bench/engine/speed.ts [--rounds 3] [--models DIR] [--threads 2] [--only WORD] [--cpu]
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    models: { type: 'string', default: '/tmp/keval-bench' },
    shape: { type: 'string', default: '1b' },
    threads: { type: 'string', default: '2' },
    tokens: { type: 'string', default: '32' },
    provider: { type: 'string', default: 'cpu' },
    context: { type: 'string', default: '1000' },
    prompt: { type: 'string', default: '600' },
    only: { type: 'string', default: '' },
    /** Counts processor time in place of time: for a busy machine, with one thread. */
    cpu: { type: 'boolean', default: false },
  },
})
const threads = values.threads
const tokens = Number(values.tokens)
const models = await makeModels(values.models, values.shape as '1b')

const context = Number(values.context)
const prompt = Number(values.prompt)
const allWorks: [string, Work][] = [
  [`decode at ${context}, 1 row`, { kind: 'decode', rows: 1, context, tokens, seed: 1 }],
  [`decode at ${context / 2}, 4 rows`, { kind: 'decode', rows: 4, context: context / 2, tokens, seed: 2 }],
  [`decode at ${context / 2}, 8 rows`, { kind: 'decode', rows: 8, context: context / 2, tokens, seed: 3 }],
  [`prefill ${prompt}`, { kind: 'prefill', tokens: prompt, seed: 4 }],
  [`prefill ${prompt * 2.5}`, { kind: 'prefill', tokens: prompt * 2.5, seed: 5 }],
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
      const rate = result.units / (values.cpu ? result.cpuSeconds : result.seconds)
      rates.get(subject)![index]!.push(rate)
      console.error(`round ${round + 1}, ${name}, ${subject.name}: ${rate.toFixed(1)} tokens/s`)
    }
}
for (const subject of started) subject.stop()

console.log(`Tokens a ${values.cpu ? 'processor second' : 'second'}, median (lowest to highest) of ${values.rounds} interleaved rounds; ${threads} threads; \
load average ${loadavg()[0]!.toFixed(1)}; memory read ${(median(bandwidths) / 1e9).toFixed(1)} GB/s.\n`)
console.log(
  table(
    ['', ...works.map(([name]) => name)],
    started.map((subject) => [subject.name, ...rates.get(subject)!.map(spread)]),
  ),
)
