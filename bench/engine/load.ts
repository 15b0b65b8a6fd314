/**
 * Measures the share of a model's load that verifying its weights takes: loads it in processes of their own, in turns with and
 * without the digest.
 *
 *     node bench/engine/load.ts <model directory> [--rounds 10]
 *
 * The files are in the page cache from the second load on. Processor time is of all threads.
 */
import { execFileSync } from 'node:child_process'
import { registerHooks } from 'node:module'
import { parseArgs } from 'node:util'

interface Load {
  /** From the call to the loaded engine. */
  milliseconds: number
  processorMs: number
}

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, once: { type: 'string' } },
  allowPositionals: true,
})
const [modelDirectory] = positionals
if (!modelDirectory) throw new Error('usage: node bench/engine/load.ts <model directory> [--rounds 10]')
if (values.once)
  process.stdout.write(JSON.stringify(await load(modelDirectory, values.once)), () => process.exit())
else await compare(modelDirectory, Number(values.rounds))

async function compare(directory: string, rounds: number): Promise<void> {
  const { openModelDirectory } = await import('../../inference-node/model/directory.ts')
  const { conversion, weightBytes } = await openModelDirectory(directory)
  if (!conversion) throw new Error(`${directory} has no conversion.json with a digest`)
  const loads = { verified: [] as Load[], plain: [] as Load[] }
  const run = (digest: string): Load =>
    JSON.parse(execFileSync(process.execPath, [import.meta.filename, directory, '--once', digest]).toString())
  run('verify') // reads the files into the page cache
  for (let round = 0; round < rounds; round++) {
    loads.verified.push(run('verify'))
    loads.plain.push(run(conversion.weightsDigest))
  }
  console.log(`${(weightBytes / 1e6).toFixed(0)} MB, ${rounds} rounds, lower quartiles`)
  console.log('| load | ms | processor ms |')
  console.log('|---|---|---|')
  for (const [name, all] of Object.entries(loads))
    console.log(
      `| ${name} | ${lowerQuartile(all.map(({ milliseconds }) => milliseconds)).toFixed(0)} | ${lowerQuartile(all.map(({ processorMs }) => processorMs)).toFixed(0)} |`,
    )
}

/** @param digest `verify`, or the digest that is taken for that of the files without reading them */
async function load(modelDirectory: string, digest: string): Promise<Load> {
  if (digest !== 'verify')
    registerHooks({
      load: (url, context, next) =>
        url.endsWith('/weights-digest.ts')
          ? {
              format: 'module',
              source: `export const digestFiles = async () => ${JSON.stringify(digest)}`,
              shortCircuit: true,
            }
          : next(url, context),
    })
  const { loadEngine } = await import('../../inference-node/engine/process/load-engine.ts')
  const config = {
    modelDirectory,
    provider: 'cpu',
    runtime: 'auto',
    slots: null,
    slotTokens: null,
    cacheBytes: null,
    chunkTokens: null,
    device: null,
    threads: null,
    memoryShare: 1,
    force: true,
    tune: 'never',
  } as const
  const before = process.cpuUsage()
  const startedAt = performance.now()
  await loadEngine(config, () => {})
  const milliseconds = performance.now() - startedAt
  const { user, system } = process.cpuUsage(before)
  return { milliseconds, processorMs: (user + system) / 1000 }
}

function lowerQuartile(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 4)]!
}
