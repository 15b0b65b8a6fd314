/**
 * Time and memory of `keval-node convert` on random checkpoints of the keval shapes, made piece by piece and deleted
 * afterwards.
 *
 *     node bench/convert/speed.ts [--dir DIR] [--shape 1b,3b,9b] [--keep] [-- further options of convert]
 *
 * Peak memory is measured from outside: the resident memory of the process and all that it started, together.
 * Processor seconds, of all threads, say more than seconds where the machine has other work.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkpointBytes, randomCheckpoint, requireSpace, shapes } from './random-checkpoint.ts'

const { values, positionals: convertOptions } = parseArgs({
  options: {
    dir: { type: 'string', default: join(tmpdir(), 'keval-convert-bench') },
    shape: { type: 'string', default: '1b,3b,9b' },
    /** Leaves the checkpoints for another run. */
    keep: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const names = values.shape.split(',') as (keyof typeof shapes)[]
const unknown = names.find((name) => !(name in shapes))
if (unknown) throw new Error(`there is no shape ${unknown}: ${Object.keys(shapes).join(', ')} are possible`)
mkdirSync(values.dir, { recursive: true })
/** Bytes that a conversion may write per byte of its checkpoint: int8 is half of bfloat16. */
const outputShare = 0.6
const tokenizer = join(import.meta.dirname, '../../tests/fixtures/checkpoints/tiny-llama')

console.log('| shape | checkpoint GB | seconds | GB/s | processor seconds | peak MB |')
console.log('|---|---|---|---|---|---|')
for (const name of names) {
  const source = join(values.dir, name)
  const out = join(values.dir, `${name}-converted`)
  rmSync(out, { recursive: true, force: true })
  const bytes = checkpointBytes(name)
  console.error(`${name}: making a checkpoint of ${(bytes / 1e9).toFixed(1)} GB in ${source}`)
  randomCheckpoint(source, name)
  // Any tokenizer serves, but without one a conversion does not calibrate, which takes its time.
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(join(tokenizer, file), join(source, file))
  requireSpace(values.dir, bytes * outputShare)
  try {
    console.error(`${name}: converting`)
    const { seconds, processor, peak } = await convert(source, out)
    const gigabytes = bytes / 1e9
    console.log(
      `| ${name} | ${gigabytes.toFixed(2)} | ${seconds.toFixed(1)} | ${(gigabytes / seconds).toFixed(3)} | ${processor.toFixed(0)} | ${peak.toFixed(0)} |`,
    )
  } finally {
    rmSync(out, { recursive: true, force: true })
    if (!values.keep) rmSync(source, { recursive: true, force: true })
  }
}

async function convert(source: string, out: string) {
  const cli = join(import.meta.dirname, '../../inference-node/cli.ts')
  const started = performance.now()
  const child = spawn(process.execPath, [cli, 'convert', source, '--out', out, ...convertOptions], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let peak = 0
  let processor = 0
  const watch = setInterval(() => {
    try {
      const tree = processTree(child.pid!)
      peak = Math.max(
        peak,
        tree.reduce((sum, pid) => sum + megabytes(pid, 'VmRSS'), 0),
        megabytes(child.pid!, 'VmHWM'),
      )
      // User and system time are fields 14 and 15, in hundredths of a second; the name before them may hold blanks.
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
      processor = (Number(fields[11]) + Number(fields[12])) / 100
    } catch {
      // The process has just ended.
    }
  }, 50)
  const code = await new Promise((done) => child.on('exit', done))
  clearInterval(watch)
  if (code !== 0) throw new Error(`convert ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, processor, peak }
}

function processTree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => processTree(Number(child))))]
}

function megabytes(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
}
