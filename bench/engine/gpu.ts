import { existsSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import { type LlamaShape, randomCheckpoint, shapes } from '../convert/random-checkpoint.ts'
import { judgePrompts } from './judge-prompts.ts'
import { median, SubjectProcess, spread, table } from './processes.ts'
import type { Work } from './work.ts'

// node bench/engine/gpu.ts --provider cuda|webgpu [--shape 1b,3b] [--answers DIR] [--memory-speed GB/s]
const { values } = parseArgs({
  options: {
    provider: { type: 'string' },
    shape: { type: 'string', default: '1b,3b' },
    dir: { type: 'string', default: join(tmpdir(), 'keval-bench') },
    rounds: { type: 'string', default: '3' },
    context: { type: 'string', default: '1000' },
    /** A folder of Ko-Bench answers (*.jsonl), for judgments a minute. */
    answers: { type: 'string' },
    count: { type: 'string', default: '80' },
    /** What the card's memory can be read at, in GB/s, as its maker says: for the share of it. */
    'memory-speed': { type: 'string' },
    /** Activations and cache in float32: for devices without half precision. */
    float32: { type: 'boolean', default: false },
  },
})
const { provider } = values
if (provider !== 'cuda' && provider !== 'webgpu') throw new Error('--provider cuda or webgpu is needed')
const rounds = Number(values.rounds)
const context = Number(values.context)
const tokens = 64
/** The runtime on WebGPU has one row. */
const rowCounts = provider === 'cuda' ? [1, 8, 32] : [1]

for (const shape of values.shape.split(',') as LlamaShape[]) {
  const config = shapes[shape]
  const vocabulary = config.vocab_size
  const model = join(values.dir, `onnx-${shape}-${values.float32 ? 'float32' : provider}`)
  if (!existsSync(model)) {
    const checkpoint = join(values.dir, `checkpoint-${shape}`)
    randomCheckpoint(checkpoint, shape)
    await convertCheckpoint(checkpoint, model, {
      precision: 'int4',
      blockSize: 'mixed',
      target: values.float32 ? 'cpu' : provider,
      activations: 'full',
      contextLength: 4096,
    })
    rmSync(checkpoint, { recursive: true })
  }
  const works: [string, Work][] = [
    ...rowCounts.map((rows): [string, Work] => [
      `decode at ${context}, ${rows} ${rows === 1 ? 'row' : 'rows'}`,
      { kind: 'decode', rows, context, tokens, seed: 1, vocabulary },
    ]),
    ['prefill 600', { kind: 'prefill', tokens: 600, seed: 2, vocabulary }],
    ['prefill 1500', { kind: 'prefill', tokens: 1500, seed: 3, vocabulary }],
  ]
  if (values.answers) {
    const prompts = judgePrompts(values.answers, 1, Number(values.count), vocabulary)
    works.push(['judgments a minute', { kind: 'judge', prompts, tokens: 250, atOnce: prompts.length }])
  }
  const args = [model, '2', 'auto', provider, String(rowCounts.at(-1))]
  const subject = await SubjectProcess.start(`${shape} on ${provider}`, 'ours.ts', args).catch(
    (error: Error) => {
      console.error(error.message)
      process.exit(1)
    },
  )
  const rates: number[][] = works.map(() => [])
  for (let round = 1; round <= rounds; round++)
    for (const [index, [name, work]] of works.entries()) {
      // another seed each round: nothing may be answered from the cache
      const result = await subject.run('seed' in work ? { ...work, seed: work.seed + 10 * round } : work)
      if (!result) continue
      const rate = ((work.kind === 'judge' ? 60 : 1) * result.units) / result.seconds
      rates[index]!.push(rate)
      console.error(`${shape}, round ${round} of ${rounds}, ${name}: ${rate.toFixed(1)}`)
    }
  subject.stop()

  const weightBytes = statSync(join(model, 'model.onnx.data')).size
  const cacheBytes =
    (values.float32 ? 8 : 4) * config.num_hidden_layers * config.num_key_value_heads * config.head_dim
  const share = (work: Work, measured: readonly number[]) => {
    if (work.kind !== 'decode' || values['memory-speed'] === undefined || measured.length === 0) return ''
    const stepBytes = weightBytes + work.rows * cacheBytes * (work.context + tokens / 2)
    const most = (work.rows * Number(values['memory-speed']) * 1e9) / stepBytes
    return `${((100 * median([...measured])) / most).toFixed(0)}%`
  }
  console.log(
    `Shape ${shape}, int4, cache in ${values.float32 ? 'float32' : 'float16'}, ${provider}; tokens a second, median (lowest to highest).\n`,
  )
  console.log(
    table(
      ['', 'measured', 'share of the memory'],
      works.map(([name, work], index) => [name, spread(rates[index]!), share(work, rates[index]!)]),
    ),
  )
}
