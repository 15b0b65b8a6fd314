import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'
import { makeRows } from '../evaluations/rows.ts'
import { startCommand } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'keval-archives-'))
let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge')
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
  rmSync(folder, { recursive: true, force: true })
})

const keval = (...args: string[]) =>
  startCommand(args, { XDG_CONFIG_HOME: folder, KEVAL_URL: gateway.url, KEVAL_API_KEY: gateway.key }).ended

it('keval writes a whole evaluation to a file and reads it back', async () => {
  const id = await gateway.begin('model=judge&name=moved', makeRows([1, 2, 3]))
  await gateway.ended(id)
  const results = (await keval('results', id, '--texts')).out
  const file = join(folder, 'moved.zip')
  expect(await keval('export', id, '--out', file)).toMatchObject({
    code: 0,
    out: `Saved ${id} to ${file}.\n`,
  })
  const again = await keval('export', id, '--out', file)
  expect([again.code, again.err]).toEqual([2, `${file} already exists.\n`])

  const known = await keval('import', file)
  expect(known.code).toBe(4)
  expect(known.err).toContain(`as ${id}`)
  expect((await gateway.fetch(`/v1/evaluations/${id}`, { method: 'DELETE' })).status).toBe(204)
  const imported = await keval('import', file, '--name', 'back', '--tags', 'old')
  expect(imported.code, imported.err).toBe(0)
  const [copy] = /evl_\w+/.exec(imported.out)!
  expect(imported.out).toContain(`(3 rows) from ${gateway.url}`)
  expect((await keval('results', copy, '--texts')).out).toBe(results)
  expect((await keval('list', '--tag', 'old')).out).toContain('back')
  expect((await keval('report', copy, '--language', 'ko')).out).toContain('! 가져온 평가입니다.')

  writeFileSync(join(folder, 'broken.zip'), 'nothing')
  const broken = await keval('import', join(folder, 'broken.zip'))
  expect([broken.code, broken.err]).toEqual([4, expect.stringContaining('is not a complete ZIP file')])
  const missing = await keval('export', 'evl_none', '--out', join(folder, 'none.zip'))
  expect(missing.code).toBe(4)
  expect(existsSync(join(folder, 'none.zip.part'))).toBe(false)
})
