import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { Measured } from './load.ts'
import type { Job } from './load-process.ts'
import { floor, gateway, instantNode, portkey, type Server } from './servers.ts'

// node bench/gateway/run.ts [rounds] [seconds]: interleaved rounds, medians; the load before and after is printed.
const rounds = Number(process.argv[2] ?? 3)
const seconds = Number(process.argv[3] ?? 4)
const connections = [1, 10, 50]

const node = await instantNode()
const ours = await gateway(node.url)
const [bare, peer] = [await floor(node.url), await portkey()]
const generator = fork(join(import.meta.dirname, 'load-process.ts'))
const load = (job: Job) =>
  new Promise<Measured>((resolve) => {
    generator.once('message', (result) => resolve(result as Measured))
    generator.send(job)
  })
/** A measured load, with the server's processor time for each request in milliseconds. */
async function run({ server, ...job }: Subject & Job): Promise<Measured & { cpu: number }> {
  const before = readCpu(server.pid)
  const measured = await load(job)
  return { ...measured, cpu: (readCpu(server.pid) - before) / measured.requests }
}

interface Subject extends Omit<Job, 'round' | 'connections' | 'seconds'> {
  server: Server
}

const plain = { keys: ['none'], extraHeaders: {}, shape: 'judgment' as const, kind: 'hit' as const }
const onFloor = (path: string, shape: Job['shape'] = 'judgment') => ({
  ...plain,
  server: bare,
  url: `${bare.url}/${path}`,
  shape,
})
const onOurs = { ...plain, server: ours, keys: ours.keys, url: `${ours.url}/v1/judgments` }
const subjects: Record<string, Subject> = {
  'the node itself': { ...plain, server: node, url: `${node.url}/v1/chat/completions`, shape: 'chat' },
  'floor: from memory': onFloor('memory'),
  'floor: one Cache API read': onFloor('cache'),
  'floor: one Cache API miss': onFloor('cache-miss'),
  'floor: one Cache API miss and write': onFloor('cache-write'),
  'floor: one row in an object': onFloor('object'),
  'floor: only forwarded': onFloor('forward', 'chat'),
  'floor: Cache API miss, object, forwarded, row': onFloor('miss', 'chat'),
  'keval-edge: repeat': onOurs,
  'keval-edge: miss, stored': { ...onOurs, kind: 'miss' },
  'keval-edge: chat': { ...onOurs, url: `${ours.url}/v1/chat/completions`, shape: 'chat', kind: 'miss' },
  ...(peer !== null && {
    'Portkey 1.15.2: miss': {
      ...plain,
      server: peer,
      url: `${peer.url}/v1/chat/completions`,
      extraHeaders: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${node.url}/v1` },
      shape: 'chat',
      kind: 'miss',
    },
  }),
}

console.log(`${cpus().length} cores, ${cpus()[0]?.model}; load before ${loadavg()[0]?.toFixed(1)}`)
const results = new Map<string, (Measured & { cpu: number })[]>()
let round = 0
for (const [name, subject] of Object.entries(subjects)) {
  const warm = await run({ ...subject, round: round++, connections: 10, seconds: 1 })
  if (warm.failed > 0) throw new Error(`${name}: ${warm.failed} of ${warm.requests} requests failed`)
}
for (let i = 0; i < rounds; i++) {
  for (const count of connections) {
    for (const [name, subject] of Object.entries(subjects)) {
      const measured = await run({ ...subject, round: round++, connections: count, seconds })
      const key = `${name}|${count}`
      results.set(key, [...(results.get(key) ?? []), measured])
    }
  }
}
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
console.log('| | connections | req/s | p50 ms | p99 ms | CPU ms | failed |\n|---|---|---|---|---|---|---|')
for (const [key, all] of results) {
  const [name, count] = key.split('|')
  const of = (member: keyof Measured | 'cpu') => median(all.map((one) => one[member]))
  const failed = all.reduce((sum, one) => sum + one.failed, 0)
  console.log(
    `| ${name} | ${count} | ${Math.round(of('perSecond'))} | ${of('p50').toFixed(2)} | ${of('p99').toFixed(1)} | ${of('cpu').toFixed(2)} | ${failed} |`,
  )
}

/** Processor time of a process so far, all threads, in milliseconds. */
function readCpu(pid: number | undefined): number {
  if (pid === undefined) return Number.NaN
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  // user and system time, in ticks of 10 ms
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const memory = (pid: number | undefined) =>
  pid === undefined
    ? 'unknown'
    : `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)} MB`
if (process.argv.includes('--memory')) {
  console.log(`memory of workerd before ${memory(ours.pid)}`)
  let done = 0
  for (const kind of ['hit', 'miss'] as const) {
    done = 0
    while (done < 50_000) {
      const subject = subjects[kind === 'hit' ? 'keval-edge: repeat' : 'keval-edge: miss, stored']!
      done += (await run({ ...subject, round: round++, connections: 50, seconds: 5 })).requests
      console.log(`after ${done} of kind ${kind}: ${memory(ours.pid)}`)
    }
  }
}
console.log(
  `load after ${loadavg()[0]?.toFixed(1)}; memory of workerd ${memory(ours.pid)}, of the peer ${memory(peer?.pid)}`,
)
generator.kill()
await Promise.all([ours.stop(), bare.stop(), peer?.stop(), node.stop()])
