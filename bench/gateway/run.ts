import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { type MeasuredServer, type Subject, startGenerator } from './measured-server.ts'
import { floor, gateway, instantNode, portkey } from './servers.ts'
import { toChat, toFloor, toGateway } from './subjects.ts'

// node bench/gateway/run.ts [rounds] [seconds]: interleaved rounds, medians; the load before and after is printed.
const rounds = Number(process.argv[2] ?? 3)
const seconds = Number(process.argv[3] ?? 4)
const connections = [1, 10, 50]

const node = await instantNode()
const ours = await gateway(node.url)
const [bare, peer] = [await floor(node.url), await portkey()]
const generator = startGenerator()

const onOurs = toGateway(ours)
const subjects: Record<string, Subject> = {
  'the node itself': toChat(node, 'hit'),
  'floor: from memory': toFloor(bare, 'memory'),
  'floor: one Cache API read': toFloor(bare, 'cache'),
  'floor: one Cache API miss': toFloor(bare, 'cache-miss'),
  'floor: one Cache API miss and write': toFloor(bare, 'cache-write'),
  'floor: one row in an object': toFloor(bare, 'object'),
  'floor: only forwarded': toFloor(bare, 'forward', 'chat'),
  'floor: Cache API miss, object, forwarded, row': toFloor(bare, 'miss', 'chat'),
  'floor: object, forwarded, row': toFloor(bare, 'miss-here', 'chat'),
  'keval-edge: repeat': onOurs.repeat,
  'keval-edge: miss, stored': onOurs.miss,
  'keval-edge: chat': onOurs.chat,
  ...(peer !== null && {
    'Portkey 1.15.2: miss': toChat(peer, 'miss', {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${node.url}/v1`,
    }),
  }),
}

console.log(`${cpus().length} cores, ${cpus()[0]?.model}; load before ${loadavg()[0]?.toFixed(1)}`)
const results = new Map<string, MeasuredServer[]>()
for (const [name, subject] of Object.entries(subjects)) {
  const warm = await generator.run(subject, 10, 1)
  if (warm.failed > 0) throw new Error(`${name}: ${warm.failed} of ${warm.requests} requests failed`)
}
for (let i = 0; i < rounds; i++) {
  for (const count of connections) {
    for (const [name, subject] of Object.entries(subjects)) {
      const measured = await generator.run(subject, count, seconds)
      const key = `${name}|${count}`
      results.set(key, [...(results.get(key) ?? []), measured])
    }
  }
}
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
console.log('| | connections | req/s | p50 ms | p99 ms | CPU ms | failed |\n|---|---|---|---|---|---|---|')
for (const [key, all] of results) {
  const [name, count] = key.split('|')
  const of = (member: keyof MeasuredServer) => median(all.map((one) => one[member]))
  const failed = all.reduce((sum, one) => sum + one.failed, 0)
  console.log(
    `| ${name} | ${count} | ${Math.round(of('perSecond'))} | ${of('p50').toFixed(2)} | ${of('p99').toFixed(1)} | ${of('cpu').toFixed(2)} | ${failed} |`,
  )
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
      done += (await generator.run(subject, 50, 5)).requests
      console.log(`after ${done} of kind ${kind}: ${memory(ours.pid)}`)
    }
  }
}
console.log(
  `load after ${loadavg()[0]?.toFixed(1)}; memory of workerd ${memory(ours.pid)}, of the peer ${memory(peer?.pid)}`,
)
generator.stop()
await Promise.all([ours.stop(), bare.stop(), peer?.stop(), node.stop()])
