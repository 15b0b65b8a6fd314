import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Tuning } from '../../../inference-node/engine/tuning/tuning.ts'
import { temporaryFolder } from '../convert/fixtures.ts'
import { tinyModel } from '../engine/fixtures.ts'
import { cli, readHealth, startNode } from './fixtures.ts'

/** Runs a command of keval-node; `uid` runs it as another user. */
function run(args: string[], env = {}, uid?: number): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, ...args],
      { env: { ...process.env, KEVAL_CUDA_DRIVER: '/nowhere', ...env }, uid },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    )
  })
}

async function copyModel(): Promise<string> {
  const model = join(temporaryFolder(), 'model')
  cpSync(await tinyModel('int8', 'tiny-llama', 'row'), model, { recursive: true })
  return model
}

/** The files of what was measured, beside the model. */
const tuningFiles = (model: string) =>
  readdirSync(model)
    .filter((name) => name.startsWith('tuning-'))
    .map((name) => join(model, name))

/** Changes what was measured, as if this device had preferred other settings. */
function changeTuning(model: string, change: (tuning: Tuning) => void) {
  for (const file of tuningFiles(model)) {
    const content = JSON.parse(readFileSync(file, 'utf8')) as { tuning: Tuning }
    change(content.tuning)
    writeFileSync(file, JSON.stringify(content))
  }
}

/** The answer of `/health` on a node that serves the model. */
async function serveHealth(model: string, args: string[] = []) {
  const node = await startNode(['--model', model, ...args], { KEVAL_CUDA_DRIVER: '/nowhere' })
  const health = await readHealth(node)
  await node.stop()
  return { ...health, output: node.output() }
}

describe('keval-node tune', () => {
  it('measures a model, keeps the result, and serve and doctor use it', async () => {
    const model = await copyModel()
    const before = await serveHealth(model)
    expect(before.settings).toMatchObject({ chunk_tokens: 128, tuning: { state: 'missing', problem: null } })

    const tuned = await run(['tune', model, '--threads', '2', '--json'])
    expect(tuned.output).toMatch(/^\{/)
    const result = JSON.parse(tuned.output) as Tuning & { file: string }
    expect([result.file]).toEqual(tuningFiles(model))
    expect(result.key).toMatchObject({ provider: 'cpu', driver: null, runtime: 'onnxruntime 1.30.0' })
    expect(result.measured.chunkTokens.map(({ value }) => value)).toEqual([64, 128, 256])
    expect(result.measured.slots.map(({ value }) => value)).toEqual([1, 2, 4, 8, 16, 32])
    expect(result.measured.threads.map(({ value }) => value)).toEqual([2, 1])
    expect(result.precisions).toMatchObject({ served: 'int8 by row' })
    expect(result.precisions!.speeds.map(({ precision }) => precision)).toEqual([
      'int8 by row',
      'int4',
      'int8 in blocks of 32',
    ])

    changeTuning(model, ({ settings }) => Object.assign(settings, { chunkTokens: 64, slots: 4, threads: 2 }))
    const after = await serveHealth(model)
    expect(after).toMatchObject({ slots: 4, settings: { chunk_tokens: 64, threads: 1 } }) // --threads 1 wins
    expect(after.settings!.tuning).toMatchObject({
      state: 'applied',
      problem: null,
      file: result.file,
      measured_at: result.measuredAt,
    })
    const asked = await serveHealth(model, ['--chunk-tokens', '100', '--slots', '6'])
    expect(asked).toMatchObject({ slots: 6, settings: { chunk_tokens: 100 } })
    const shared = await serveHealth(model, ['--engines', '2'])
    expect(shared.settings).toMatchObject({ chunk_tokens: 128, tuning: { state: 'off' } })

    const doctor = await run(['doctor', '--model', model])
    expect(doctor.output).toMatch(/tuning {5}chunks of 64 tokens, up to 4 slots, 2 threads; measured 20/)
  })

  it('is not used for other weights, or when the file is broken', async () => {
    const model = await copyModel()
    expect((await run(['tune', model, '--threads', '1'])).output).toMatch(/kept in {4}.*tuning-\w+.json/)
    const other = join(temporaryFolder(), 'other')
    cpSync(await tinyModel('int4'), other, { recursive: true })
    const [file] = tuningFiles(model)
    cpSync(file!, join(other, basename(file!)))
    const foreign = await serveHealth(other)
    expect(foreign.settings!.tuning).toMatchObject({
      state: 'outdated',
      problem: 'measured for a different set of weights',
    })
    expect(foreign.output).toContain('"remedy":"keval-node tune"')
    writeFileSync(file!, '{"version":1,"tuning":7}')
    const broken = await serveHealth(model)
    expect(broken.settings).toMatchObject({ chunk_tokens: 128, tuning: { state: 'unreadable' } })
    expect(broken.output).toContain('does not fit its schema: tuning')
    expect((await run(['doctor', '--model', model])).output).toMatch(
      /tuning .*does not fit.* not used: keval-node tune/,
    )
  })

  it('keeps the result in the cache where the model is read-only', async () => {
    const model = await copyModel()
    const cache = join(model, '..', 'cache')
    mkdirSync(cache)
    chmodSync(cache, 0o777)
    chmodSync(join(model, '..'), 0o755)
    chmodSync(model, 0o555)
    const nobody = process.getuid?.() === 0 ? 65_534 : undefined
    const { code, output } = await run(['tune', model, '--threads', '1'], { XDG_CACHE_HOME: cache }, nobody)
    expect([code, output]).toEqual([0, expect.stringContaining(`kept in    ${cache}/keval-node/tuning/`)])
    chmodSync(model, 0o755)
    expect(tuningFiles(model)).toEqual([])
    const node = await startNode(['--model', model], { XDG_CACHE_HOME: cache, KEVAL_CUDA_DRIVER: '/nowhere' })
    expect((await readHealth(node)).settings!.tuning.state).toBe('applied')
    await node.stop()
  })

  it('happens at start where that is asked for, once', async () => {
    const model = await copyModel()
    const first = await serveHealth(model, ['--tune', 'always'])
    expect(first.output).toContain(
      'the settings for this device are measured, for 60 s at most; --tune never skips this',
    )
    expect(first.settings!.tuning.state).toBe('applied')
    const second = await serveHealth(model, ['--tune', 'always'])
    expect(second.output).not.toContain('are measured')
    expect(second.settings!.tuning).toEqual(first.settings!.tuning)
  })

  it('refuses what cannot be measured, in one line', async () => {
    const none = await run(['tune', join(temporaryFolder(), 'none')])
    expect(none).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^keval-node tune: .*is not a directory\n$/),
    })
    const cuda = await run(['tune', await copyModel(), '--provider', 'cuda'])
    expect(cuda).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^keval-node tune: no runtime works: .*\n$/),
    })
    expect((await run(['tune', 'x', '--device', 'first'])).code).toBe(2)
  })
})
