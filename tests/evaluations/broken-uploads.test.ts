import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'

let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge')
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

/** Counts the rows of a table in all tenant databases. */
function countRows(table: 'evaluation_rows' | 'file_parts'): number {
  const files = readdirSync(gateway.state, { recursive: true, encoding: 'utf8' })
  let rows = 0
  for (const name of files.filter((file) => file.endsWith('.sqlite'))) {
    const database = new DatabaseSync(join(gateway.state, name), { readOnly: true })
    const isTenant = database.prepare('select 1 from sqlite_master where name = ?').get(table)
    if (isTenant) rows += Number(database.prepare(`select count(*) as n from ${table}`).get()?.n)
    database.close()
  }
  return rows
}

const row = JSON.stringify({ question: '질문', answer: '답'.repeat(1000) })
const line = JSON.stringify({ custom_id: 'a', body: 'x'.repeat(3000) })
const head =
  '--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n' +
  '--x\r\ncontent-disposition: form-data; name="file"; filename="in.jsonl"\r\n\r\n'

const uploads = {
  evaluation_rows: {
    path: '/v1/evaluations?model=judge',
    type: 'application/x-ndjson',
    text: `${row}\n`.repeat(1000),
  },
  file_parts: {
    path: '/v1/files',
    type: 'multipart/form-data; boundary=x',
    text: head + `${line}\n`.repeat(1000),
  },
}

/** Sends the beginning of an upload and leaves it open. */
function beginUpload({ path, type, text }: (typeof uploads)['file_parts']) {
  const { hostname, port } = new URL(gateway.url)
  const headers = { authorization: `Bearer ${gateway.key}`, 'content-type': type }
  const sent = request({ hostname, port, path, method: 'POST', headers })
  sent.on('error', () => undefined)
  sent.write(text)
  return sent
}

describe.each(['evaluation_rows', 'file_parts'] as const)('an upload into %s', (table) => {
  it('leaves nothing when its client goes away', async () => {
    const sent = beginUpload(uploads[table])
    await expect.poll(() => countRows(table), { timeout: 20_000 }).toBeGreaterThan(0)
    sent.destroy()
    await expect.poll(() => countRows(table), { timeout: 20_000 }).toBe(0)
  })

  it('leaves nothing when the gateway is killed, once it is back', async () => {
    const sent = beginUpload(uploads[table])
    await expect.poll(() => countRows(table), { timeout: 20_000 }).toBeGreaterThan(0)
    await gateway.restart()
    sent.destroy()
    await gateway.get('/v1/evaluations')
    await expect.poll(() => countRows(table), { timeout: 20_000 }).toBe(0)
  })
})
