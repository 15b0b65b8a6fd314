import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { judgePrompts } from './judge-prompts.ts'
import { makeModels } from './models.ts'
import { SubjectProcess, spread, table } from './processes.ts'

// node bench/engine/judge.ts --answers DIR [--count 80] [--tokens 250] [--rounds 3]: judgments a minute
const { values } = parseArgs({
  options: {
    answers: { type: 'string' },
    count: { type: 'string', default: '80' },
    tokens: { type: 'string', default: '250' },
    rounds: { type: 'string', default: '3' },
    models: { type: 'string', default: '/tmp/keval-bench' },
    shape: { type: 'string', default: '1b' },
    threads: { type: 'string', default: '2' },
    'without-transformers': { type: 'boolean', default: false },
  },
})
if (!values.answers) throw new Error('--answers DIR is needed: a folder of Ko-Bench answers (*.jsonl)')
const models = await makeModels(values.models, values.shape as '1b')
const prompts = judgePrompts(values.answers, Number(values.count))
const distinct = prompts.map((prompt, index) => [900 + (index % 97), ...prompt.slice(1)])
const tokens = Number(values.tokens)

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
for (let round = 0; round < Number(values.rounds); round++)
  for (const [index, [name, subject, asked, atOnce]] of subjects.entries()) {
    // a token of the round's own in front: nothing is left over from the round before
    const fresh = asked.map((prompt) => [500 + round, ...prompt])
    const result = await subject.run({ kind: 'judge', prompts: fresh, tokens, atOnce })
    if (!result) continue
    rates[index]!.push((60 * result.units) / result.seconds)
    console.error(
      `round ${round + 1}, ${name}: ${((60 * result.units) / result.seconds).toFixed(2)} a minute`,
    )
  }
for (const [, subject] of subjects) subject.stop()

const lengths = prompts.map(({ length }) => length)
console.log(`Judgments a minute, median (lowest to highest) of ${values.rounds} interleaved rounds: ${prompts.length} prompts of \
${Math.min(...lengths)} to ${Math.max(...lengths)} tokens, ${tokens} new tokens each; load average ${loadavg()[0]!.toFixed(1)}.\n`)
console.log(
  table(
    ['', 'judgments a minute'],
    subjects.map(([name], index) => [name, spread(rates[index]!)]),
  ),
)
