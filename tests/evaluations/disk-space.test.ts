import { expect, it } from 'vitest'
import { startEvaluating } from './gateway.ts'
import { judgingNode } from './judging-node.ts'

it('refuses uploads while the disk has too little space, and judges on', async () => {
  const node = await judgingNode('judge')
  const disk = { watermarkBytes: 500_000_000, freeBytes: () => 499_999_999 }
  const gateway = await startEvaluating({ NODES: node.url }, { disk })
  const row = { question: '질문', answer: '답' }
  const evaluation = await gateway.upload('model=judge', [row])
  expect([evaluation.status, await evaluation.json()]).toMatchObject([507, { code: 'storage_full' }])
  const form = new FormData()
  form.set('purpose', 'batch')
  form.set('file', new Blob(['{}\n']), 'input.jsonl')
  const file = await gateway.fetch('/v1/files', { method: 'POST', body: form })
  expect([file.status, await file.json()]).toMatchObject([507, { error: { code: 'storage_full' } }])
  expect((await gateway.upload('model=judge&preview=true', [row])).status).toBe(200)
  expect((await gateway.call('/v1/judgments', { model: 'judge', ...row })).status).toBe(200)
  await gateway.stop()
  await node.close()
})
