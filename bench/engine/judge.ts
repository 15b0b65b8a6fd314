import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type LlamaShape, shapes } from '../convert/random-checkpoint.ts'
import { FinishedRounds } from './finished-rounds.ts'
import { judgePrompts } from './judge-prompts.ts'
import { makeModels, parseBlock } from './models.ts'
import { formatSpread, SubjectProcess, table } from './processes.ts'

// node bench/engine/judge.ts --answers DIR [--models 3] [--count 24] [--only NAME,…] [--block 128]: judgments a minute
const { values } = parseArgs({
  options: {
    answers: { type: 'string' },
    /** Tries the bench itself: the smallest shape, few prompts, one round. */
    quick: { type: 'boolean', default: false },
    dir: { type: 'string', default: join(tmpdir(), 'keval-bench') },
    /** Number of models whose answers to the same questions are judged. */
    models: { type: 'string', default: '1' },
    /** Judgments of a round, evenly spread over the questions; 80 for each model if left out. */
    count: { type: 'string' },
    tokens: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    /** No round of a subject is begun after so many minutes. */
    minutes: { type: 'string', default: '120' },
    shape: { type: 'string' },
    block: { type: 'string', default: 'mixed' },
    threads: { type: 'string', default: '2' },
    /** Parts of the names of the subjects to run. */
    only: { type: 'string', default: '' },
    /** Measures again what the file of results holds already. */
    again: { type: 'boolean', default: false },
  },
})
if (!values.answers) throw new Error('--answers DIR is needed: a folder of Ko-Bench answers (*.jsonl)')
const { quick, threads } = values
const shape = (values.shape ?? (quick ? 'tiny' : '1b')) as LlamaShape
const modelCount = Number(values.models)
const count = Number(values.count ?? (quick ? 6 : 80) * modelCount)
const tokens = Number(values.tokens ?? (quick ? 10 : 250))
const rounds = Number(values.rounds)
const models = await makeModels(values.dir, shape, parseBlock(values.block))
const prompts = judgePrompts(values.answers, modelCount, count, shapes[shape].vocab_size)
const distinct = prompts.map((prompt, index) => [index % 1000, ...prompt.slice(1)])

interface Candidate {
  name: string
  file: string
  args: string[]
  prompts: number[][]
  /** Number of prompts submitted at once; the subject does not know the others yet. */
  atOnce: number
}
const ours = { file: 'ours.ts', args: [models.byRow, threads], prompts, atOnce: prompts.length }
const candidates: Candidate[] = [
  { name: 'this engine', ...ours },
  {
    name: 'this engine, int4',
    ...ours,
    args: [models.int4, threads],
  },
  {
    name: 'this engine, sixteen at once',
    ...ours,
    args: [models.byRow, threads, 'io-binding', 'cpu', '16'],
  },
  { name: 'this engine, not ordered', ...ours, atOnce: 8 },
  { name: 'this engine, no shared prefixes', ...ours, prompts: distinct },
  {
    name: 'node-llama-cpp Q4_0, 8 at once',
    file: 'llama.mjs',
    args: [models.q4_0, threads],
    prompts,
    atOnce: 8,
  },
  {
    name: 'transformers.js q4, one at a time',
    file: 'transformers.mjs',
    args: [models.transformers, threads],
    prompts,
    atOnce: 1,
  },
]
const wanted = values.only.split(',')
const chosen = candidates.filter(({ name }) => wanted.some((part) => name.includes(part)))

const work = `${shape}, block ${values.block}, ${threads} threads, ${modelCount} models, ${prompts.length} prompts, ${tokens} tokens`
const file = join(values.dir, 'judge.jsonl')
const finished = new FinishedRounds(file, work)
const end = performance.now() + Number(values.minutes) * 60_000
for (let round = 0; round < rounds; round++)
  for (const { name, file: program, args, prompts: asked, atOnce } of chosen) {
    if ((finished.get(name, round) && !values.again) || performance.now() > end) continue
    // a process for each: a model that is loaded and idle would cost the others memory
    const subject = await SubjectProcess.start(name, program, args).catch((error: Error) => {
      console.error(error.message)
      return null
    })
    const result = await subject?.run({ kind: 'judge', prompts: asked, tokens, atOnce })
    await subject?.stop()
    if (!result) continue
    finished.add(name, round, result)
    console.error(`round ${round + 1} of ${rounds}, ${name}: ${rate(result).toFixed(2)} a minute`)
  }
if (performance.now() > end)
  console.error(`stopped after ${values.minutes} minutes; the same command goes on`)

function rate({ units, seconds }: { units: number; seconds: number }): number {
  return (60 * units) / seconds
}

/** A subject that got clearly less than all was measured in company. */
function processorShare(results: { seconds: number; cpuSeconds: number }[]): number {
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)
  const used = sum(results.map(({ cpuSeconds }) => cpuSeconds))
  return used / (Number(threads) * sum(results.map(({ seconds }) => seconds)))
}

const lengths = prompts.map(({ length }) => length)
console.log(`Shape ${shape}, block ${values.block}. Judgments a minute, median (lowest to highest) of the rounds done: \
${prompts.length} prompts, of ${modelCount} models' answers to ${prompts.length / modelCount} questions, \
${Math.min(...lengths)} to ${Math.max(...lengths)} tokens, ${tokens} new tokens each; ${cpus()[0]!.model}, load average ${loadavg()[0]!.toFixed(1)}. \
Kept in ${file}.\n`)
console.log(
  table(
    ['', 'judgments a minute', 'prompt tokens reused', 'processors used', 'rounds'],
    chosen.map(({ name }) => {
      const results = Array.from({ length: rounds }, (_, round) => finished.get(name, round)).filter(
        (result) => result !== undefined,
      )
      const reused = results[0]?.reusedShare
      return [
        name,
        formatSpread(results.map(rate)),
        reused === undefined ? '' : `${(100 * reused).toFixed(0)}%`,
        results.length === 0 ? '' : `${(100 * processorShare(results)).toFixed(0)}%`,
        String(results.length),
      ]
    }),
  ),
)
