import { cpus } from 'node:os'
import { type MeasuredServer, startGenerator } from './measured-server.ts'
import { gateway, instantNode, outboundNode } from './servers.ts'
import { toGateway } from './subjects.ts'

// node bench/gateway/outbound.ts [rounds] [seconds]: a judgment on a node that opened its connection itself, beside
// one on a node with an address; interleaved rounds, medians, and processor time of the gateway for each judgment.
const rounds = Number(process.argv[2] ?? 5)
const seconds = Number(process.argv[3] ?? 4)

const node = await instantNode()
const direct = await gateway(node.url)
const outbound = await gateway('')
const connected = await outboundNode(outbound)
const generator = startGenerator()
const subjects = { direct: toGateway(direct).miss, outbound: toGateway(outbound).miss }
const results = { direct: [] as MeasuredServer[], outbound: [] as MeasuredServer[] }

for (const subject of Object.values(subjects)) {
  const warm = await generator.run(subject, 10, 2)
  if (warm.failed > 0) throw new Error(`${warm.failed} of ${warm.requests} requests failed`)
}
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
console.log(`${cpus().length} cores, ${cpus()[0]?.model}`)
console.log('| | connections | req/s | p50 ms | CPU ms | failed |\n|---|---|---|---|---|---|')
for (const connections of [1, 10]) {
  for (const all of Object.values(results)) all.length = 0
  for (let round = 0; round < rounds; round++)
    for (const name of ['direct', 'outbound'] as const)
      results[name].push(await generator.run(subjects[name], connections, seconds))
  for (const name of ['direct', 'outbound'] as const) {
    const of = (member: keyof MeasuredServer) => median(results[name].map((one) => one[member]))
    const failed = results[name].reduce((sum, one) => sum + one.failed, 0)
    console.log(
      `| ${name} | ${connections} | ${Math.round(of('perSecond'))} | ${of('p50').toFixed(2)} | ${of('cpu').toFixed(2)} | ${failed} |`,
    )
  }
}
generator.stop()
await Promise.all([connected.stop(), direct.stop(), outbound.stop(), node.stop()])
