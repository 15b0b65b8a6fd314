/**
 * Time and memory of `keval-node convert` on random checkpoints of the keval shapes.
 *
 *     node bench/convert/speed.ts <folder for checkpoints> [1b 3b 9b ...] [-- further options of convert]
 *
 * Peak memory is what the operating system counted for the process (VmHWM), worker threads included. Processor
 * seconds, of all threads, say more than seconds where the machine has other work.
 */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { randomCheckpoint, type shapes } from './random-checkpoint.ts'

const separator = process.argv.indexOf('--')
const [folder, ...names] = process.argv.slice(2, separator === -1 ? undefined : separator)
const options = separator === -1 ? [] : process.argv.slice(separator + 1)
if (!folder) throw new Error('usage: node bench/convert/speed.ts <folder> [shapes] [-- options of convert]')

console.log('| shape | checkpoint GB | seconds | GB/s | processor seconds | peak MB |')
console.log('|---|---|---|---|---|---|')
for (const name of (names.length > 0 ? names : ['1b', '3b', '9b']) as (keyof typeof shapes)[]) {
  const source = join(folder, name)
  const gigabytes = randomCheckpoint(source, name) / 1e9
  const out = join(folder, `${name}-converted`)
  rmSync(out, { recursive: true, force: true })
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../inference-node/cli.ts'), 'convert', source, '--out', out, ...options],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  let peak = 0
  let processor = 0
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
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
  const seconds = (performance.now() - started) / 1000
  console.log(
    `| ${name} | ${gigabytes.toFixed(2)} | ${seconds.toFixed(1)} | ${(gigabytes / seconds).toFixed(3)} | ${processor.toFixed(0)} | ${(peak / 1024).toFixed(0)} |`,
  )
  rmSync(out, { recursive: true, force: true })
}
