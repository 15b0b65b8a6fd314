import { execFileSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type MeasuredServer, type Subject, startGenerator } from '../gateway/measured-server.ts'
import { floor, gateway, instantNode } from '../gateway/servers.ts'
import { toFloor, toGateway } from '../gateway/subjects.ts'
import { measureBareStart, measureStart, temporaryState } from '../start/measure-start.ts'
import { append, type Ratio, readLast } from './history.ts'
import { toTable } from './table.ts'

// npm run bench: each subject beside its floor in interleaved rounds, one table of ratios, compared with the last run.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1.5' },
    rows: { type: 'string', default: '3000' },
    only: { type: 'string', default: 'gateway,start,rows' },
  },
})
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]
const machine = `${cpus().length} cores, ${cpus()[0]?.model}`
const load = () => Number(loadavg()[0]!.toFixed(1))
const loadBefore = load()
const parts = { gateway: measureGateway, start: measureStarts, rows: measureRows }
const ratios: Ratio[] = []
for (const [name, measure] of Object.entries(parts)) {
  if (!values.only.split(',').includes(name)) continue
  console.error(`measuring: ${name}`)
  ratios.push(...(await measure()))
}
const last = readLast(machine)
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
append({ at: new Date().toISOString(), commit, machine, load: [loadBefore, load()], ratios })
console.log(`${machine}; commit ${commit}; load ${loadBefore} before, ${load()} after`)
if (last !== null) console.log(`last run: ${last.at}, commit ${last.commit}, load ${last.load.join(', ')}`)
console.log(`\n${toTable(ratios, last)}`)

/** Requests against the same runtime doing only what cannot be left out. */
async function measureGateway(): Promise<Ratio[]> {
  const node = await instantNode()
  const [ours, bare] = [await gateway(node.url), await floor(node.url)]
  const generator = startGenerator()
  const { repeat, miss, chat } = toGateway(ours)
  const pairs: { name: string; mine: Subject; against: string; other: Subject; connections: number }[] = [
    ...[1, 10, 50].map((connections) => ({
      name: 'repeat',
      mine: repeat,
      against: 'answer from memory',
      other: toFloor(bare, 'memory'),
      connections,
    })),
    ...[1, 50].map((connections) => ({
      name: 'miss, stored',
      mine: miss,
      against: 'the same calls',
      other: toFloor(bare, 'miss-here', 'chat'),
      connections,
    })),
    {
      name: 'chat',
      mine: chat,
      against: 'only forwarded',
      other: toFloor(bare, 'forward', 'chat'),
      connections: 50,
    },
  ]
  for (const { mine, other } of pairs) {
    for (const subject of [mine, other]) {
      const { failed, requests } = await generator.run(subject, 10, 1)
      if (failed > 0) throw new Error(`${failed} of ${requests} requests to ${subject.url} failed`)
    }
  }
  const measured = pairs.map(() => [] as { mine: MeasuredServer; other: MeasuredServer }[])
  for (let round = 0; round < rounds; round++) {
    for (const [index, { mine, other, connections }] of pairs.entries()) {
      measured[index]!.push({
        other: await generator.run(other, connections, seconds),
        mine: await generator.run(mine, connections, seconds),
      })
    }
  }
  generator.stop()
  await Promise.all([ours.stop(), bare.stop(), node.stop()])
  return pairs.map(({ name, against, connections }, index) => {
    const all = measured[index]!
    return {
      ...toRatio(
        { subject: `${name}, ${connections} connections`, against, unit: 'req/s' },
        all.map(({ mine }) => mine.perSecond),
        all.map(({ other }) => other.perSecond),
        'more is better',
      ),
      cpuRatio: median(all.map(({ mine, other }) => mine.cpu / other.cpu)),
    }
  })
}

/** `npm start` on known data against a Worker that does nothing. */
async function measureStarts(): Promise<Ratio[]> {
  const state = temporaryState()
  await measureStart(state.path)
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    bare.push((await measureBareStart()) / 1000)
    ours.push((await measureStart(state.path)).ready / 1000)
  }
  state.remove()
  const names = { subject: 'start to ready', against: 'a Worker that does nothing', unit: 's' }
  return [toRatio(names, ours, bare, 'less is better')]
}

/** Measures rows of an evaluation against the node alone, in a separate process; one round, because it takes longest. */
async function measureRows(): Promise<Ratio[]> {
  const script = join(import.meta.dirname, '../evaluations/run.ts')
  const output = execFileSync(process.execPath, [script, '--rows', values.rows], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const result = JSON.parse(output) as Record<string, number>
  return [
    toRatio(
      { subject: `evaluation of ${values.rows} rows`, against: 'the node alone', unit: 'rows/s' },
      [result.evaluation_rows_per_second!],
      [result.node_alone_per_second!],
      'more is better',
    ),
  ]
}

function toRatio(
  names: Pick<Ratio, 'subject' | 'against' | 'unit'>,
  ours: number[],
  theirs: number[],
  better: 'more is better' | 'less is better',
): Ratio {
  const byRound = ours.map((mine, round) =>
    better === 'more is better' ? mine / theirs[round]! : theirs[round]! / mine,
  )
  return {
    ...names,
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(byRound),
    least: Math.min(...byRound),
    most: Math.max(...byRound),
  }
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}
