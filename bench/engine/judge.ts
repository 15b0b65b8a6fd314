import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type LlamaShape, shapes } from '../convert/random-checkpoint.ts'
import { judgePrompts } from './judge-prompts.ts'
import { makeModels } from './models.ts'
import { SubjectProcess, spread, table } from './processes.ts'

// node bench/engine/judge.ts --answers DIR [--dir DIR] [--shape 1b] [--quick]: judgments a minute
const { values } = parseArgs({
  options: {
    answers: { type: 'string' },
    /** Tries the bench itself: the smallest shape, few prompts, one round. */
    quick: { type: 'boolean', default: false },
    dir: { type: 'string', default: join(tmpdir(), 'keval-bench') },
    count: { type: 'string' },
    tokens: { type: 'string' },
    rounds: { type: 'string' },
    /** No round of a subject is begun after so many minutes. */
    minutes: { type: 'string', default: '60' },
    shape: { type: 'string' },
    threads: { type: 'string', default: '2' },
    'without-transformers': { type: 'boolean', default: false },
  },
})
if (!values.answers) throw new Error('--answers DIR is needed: a folder of Ko-Bench answers (*.jsonl)')
const { quick } = values
const shape = (values.shape ?? (quick ? 'tiny' : '1b')) as LlamaShape
const models = await makeModels(values.dir, shape)
const count = Number(values.count ?? (quick ? 8 : 80))
const prompts = judgePrompts(values.answers, count, shapes[shape].vocab_size)
const distinct = prompts.map((prompt, index) => [900 + (index % 97), ...prompt.slice(1)])
const tokens = Number(values.tokens ?? (quick ? 10 : 250))
const rounds = Number(values.rounds ?? (quick ? 1 : 3))

const ours = await SubjectProcess.start('this engine', 'ours.ts', [models.onnx, values.threads])
const llama = await SubjectProcess.start('node-llama-cpp', 'llama.mjs', [models.q4_0, values.threads])
const subjects: [string, SubjectProcess, number[][], number][] = [
  ['this engine, 8 at once', ours, prompts, 8],
  ['this engine, no shared prefixes', ours, distinct, 8],
  ['node-llama-cpp Q4_0, 8 at once', llama, prompts, 8],
]
if (!values['without-transformers'])
  subjects.push([
    'transformers.js q4, one at a time',
    await SubjectProcess.start('transformers.js', 'transformers.mjs', [models.transformers, values.threads]),
    prompts,
    1,
  ])

const rates = subjects.map((): number[] => [])
const end = performance.now() + Number(values.minutes) * 60_000
for (let round = 0; round < rounds; round++)
  for (const [index, [name, subject, asked, atOnce]] of subjects.entries()) {
    if (performance.now() > end) continue
    // a token of the round's own in front: nothing is left over from the round before
    const fresh = asked.map((prompt) => [500 + round, ...prompt])
    const result = await subject.run({ kind: 'judge', prompts: fresh, tokens, atOnce })
    if (!result) continue
    rates[index]!.push((60 * result.units) / result.seconds)
    console.error(
      `round ${round + 1} of ${rounds}, ${name}: ${((60 * result.units) / result.seconds).toFixed(2)} a minute`,
    )
  }
for (const [, subject] of subjects) subject.stop()
if (performance.now() > end) console.error(`stopped after ${values.minutes} minutes`)

const lengths = prompts.map(({ length }) => length)
console.log(`Shape ${shape}. Judgments a minute, median (lowest to highest) of ${rounds} interleaved rounds: ${prompts.length} prompts of \
${Math.min(...lengths)} to ${Math.max(...lengths)} tokens, ${tokens} new tokens each; load average ${loadavg()[0]!.toFixed(1)}.\n`)
console.log(
  table(
    ['', 'judgments a minute'],
    subjects.map(([name], index) => [name, spread(rates[index]!)]),
  ),
)
