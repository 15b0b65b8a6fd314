import { writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runtimeVersion } from '../../inference-node/devices/cuda-libraries.ts'
import { type LlamaShape, shapes } from '../convert/random-checkpoint.ts'
import { type BenchProvider, describeMachine, findObstacle } from './gpu-machine.ts'
import { type Column, type Report, type ShapeReport, toJson, toMarkdown } from './gpu-report.ts'
import { makeSubjects, type Subject } from './gpu-subjects.ts'
import { judgePrompts, syntheticJudgePrompts } from './judge-prompts.ts'
import { median } from './processes.ts'
import type { Work } from './work.ts'

// node bench/engine/gpu.ts [--shape 1b,3b] [--answers DIR] [--provider cuda|webgpu|cpu] [--quick]: one GPU against vLLM and llama.cpp; exit code 3 without a usable GPU
const { values } = parseArgs({
  options: {
    provider: { type: 'string', default: 'cuda' },
    shape: { type: 'string' },
    dir: { type: 'string', default: join(tmpdir(), 'keval-bench') },
    /** Output of the table and its figures: FILE.md and FILE.json. */
    out: { type: 'string' },
    rounds: { type: 'string' },
    /** Rows of the decode steps that are measured. */
    rows: { type: 'string' },
    context: { type: 'string' },
    /** A folder of Ko-Bench answers (*.jsonl) to judge; made-up prompts like them without it. */
    answers: { type: 'string' },
    /** Judgments of a round. */
    count: { type: 'string' },
    /** Threads, where the CPU computes. */
    threads: { type: 'string', default: String(availableParallelism()) },
    /** Tries the bench itself: the smallest shape, few tokens, one round. */
    quick: { type: 'boolean', default: false },
  },
})
const { quick, dir, threads } = values
if (!['cuda', 'webgpu', 'cpu'].includes(values.provider))
  throw new Error(`--provider is ${values.provider}; cuda, webgpu and cpu are possible`)
const provider = values.provider as BenchProvider
const obstacle = findObstacle(provider)
if (obstacle !== null) {
  console.error(`the GPU bench cannot run: ${obstacle}`)
  process.exit(3)
}
const rounds = Number(values.rounds ?? (quick ? 1 : 3))
const context = Number(values.context ?? (quick ? 60 : 1000))
const tokens = quick ? 8 : 64
const answerTokens = quick ? 8 : 250
const count = Number(values.count ?? (quick ? 6 : 160))
// the runtime on WebGPU has one row
const rowCounts = provider === 'webgpu' ? [1] : (values.rows ?? '1,8,32').split(',').map(Number)
const rows = Math.max(...rowCounts)

interface Measured {
  column: Column
  work: Work
}

function listWorks(vocabulary: number): Measured[] {
  const prompts = values.answers
    ? judgePrompts(values.answers, 1, count, vocabulary)
    : syntheticJudgePrompts(count, vocabulary)
  return [
    ...rowCounts.map(
      (each): Measured => ({
        column: { name: each === 1 ? 'one stream' : `batch of ${each}`, unit: 'tokens/s' },
        work: { kind: 'decode', rows: each, context, tokens, seed: 1, vocabulary },
      }),
    ),
    {
      column: { name: 'prompt', unit: 'tokens/s' },
      work: { kind: 'prefill', tokens: quick ? 100 : 600, seed: 2, vocabulary },
    },
    {
      column: { name: 'judging', unit: 'judgments/min' },
      work: { kind: 'judge', prompts, tokens: answerTokens, atOnce: prompts.length },
    },
  ]
}

/** Another seed each round: nothing may be answered from the cache of an earlier one. */
const inRound = (work: Work, round: number): Work =>
  'seed' in work ? { ...work, seed: work.seed + 10 * round } : work

async function measureShape(shape: LlamaShape, bandwidth: number | null): Promise<ShapeReport> {
  const config = shapes[shape]
  const measured = listWorks(config.vocab_size)
  const { subjects, skipped } = await makeSubjects({ folder: dir, shape, provider, rows, threads })
  const report: ShapeReport = { shape, columns: measured.map(({ column }) => column), rows: [], skipped }
  /** Share of what the memory allows, of a step that reads all weights and the cache of each row. */
  const toShare = ({ weightBytes, cacheElementBytes }: Subject, work: Work, rates: readonly number[]) => {
    if (work.kind !== 'decode' || bandwidth === null || rates.length === 0) return null
    const tokenBytes = 2 * config.num_hidden_layers * config.num_key_value_heads * config.head_dim
    const stepBytes =
      weightBytes + work.rows * tokenBytes * cacheElementBytes * (work.context + work.tokens / 2)
    return (median([...rates]) * stepBytes) / (work.rows * bandwidth)
  }
  for (const subject of subjects) {
    const rates: number[][] = measured.map(() => [])
    const works = Array.from({ length: rounds }, (_, round) =>
      measured.map(({ work }) => inRound(work, round)),
    ).flat()
    let done = 0
    await subject
      .measure(works, (work, result) => {
        const index = done++ % measured.length
        if (!result) return
        const rate = ((work.kind === 'judge' ? 60 : 1) * result.units) / result.seconds
        rates[index]!.push(rate)
        console.error(`${shape}, ${subject.name}, ${measured[index]!.column.name}: ${rate.toFixed(1)}`)
      })
      .catch((error: Error) => report.skipped.push(`${subject.name}: ${error.message}`))
    report.rows.push({
      subject: subject.name,
      cells: rates.map((each, index) => ({
        rates: each,
        share: toShare(subject, measured[index]!.work, each),
      })),
    })
  }
  return report
}

const machine = await describeMachine(provider)
const report: Report = {
  measuredAt: new Date().toISOString(),
  provider,
  machine,
  runtime: `onnxruntime ${runtimeVersion}`,
  shapes: [],
}
const out = values.out ?? join(dir, `gpu-${provider}`)
for (const shape of (values.shape ?? (quick ? 'tiny' : '1b,3b')).split(',') as LlamaShape[]) {
  report.shapes.push(await measureShape(shape, machine.bandwidth))
  // after each shape: a later one may take hours or fail
  writeFileSync(`${out}.md`, toMarkdown(report))
  writeFileSync(`${out}.json`, toJson(report))
}
console.log(toMarkdown(report))
console.log(`written to ${out}.md and ${out}.json`)
