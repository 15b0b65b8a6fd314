import { cpus, loadavg } from 'node:os'
import { measureBareStart, measureStart, type StartTimes, temporaryState } from './measure-start.ts'

// node bench/start/run.ts [starts]: measures the phases of `npm start`, on a new and on a known state folder, and the
// first requests after it. The first start builds the gateway if its sources changed.
const starts = Number(process.argv[2] ?? 5)
await measureBareStart()
const warm = temporaryState()
await measureStart(warm.path)

const rows: Record<string, number[]> = {}
const add = (name: string, milliseconds: number) => {
  rows[name] = [...(rows[name] ?? []), milliseconds]
}
for (let turn = 0; turn < starts; turn++) {
  add('floor: a Worker that does nothing answers', await measureBareStart())
  const fresh = temporaryState()
  addTimes('new data', await measureStart(fresh.path))
  fresh.remove()
  addTimes('known data', await measureStart(warm.path))
}
warm.remove()

console.log(
  `${cpus().length} cores, ${cpus()[0]?.model}; load ${loadavg()[0]?.toFixed(1)}; ${starts} starts each, ms\n`,
)
console.log('| | median | least | most |\n|---|---|---|---|')
for (const [name, values] of Object.entries(rows)) {
  const sorted = values.sort((a, b) => a - b)
  const cells = [0.5, 0, 1].map((share) => Math.round(sorted[Math.floor((sorted.length - 1) * share)]!))
  console.log(`| ${name} | ${cells.join(' | ')} |`)
}

function addTimes(data: string, times: StartTimes): void {
  const names: Record<keyof StartTimes, string> = {
    nodeAnswers: 'the node answers',
    gatewayAnswers: 'the gateway answers',
    ready: 'ready, with a key',
    firstRequest: 'the first request with the key',
    firstJudgment: 'the first judgment',
    firstRepeat: 'the first repeat',
    firstEvaluation: 'the first evaluation, of one row',
  }
  for (const [key, name] of Object.entries(names)) add(`${data}: ${name}`, times[key as keyof StartTimes])
}
