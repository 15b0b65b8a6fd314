import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { loadQuestionSet, type QuestionSetError } from '../../client/answering/question-sets.ts'
import { publishedAnswers, whenPublished } from '../published-data.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keval-question-sets-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const load = (name: 'ko-bench' | 'logickor', request: typeof fetch) =>
  loadQuestionSet(name, { folder, fetch: request, signal: AbortSignal.timeout(10_000) })
const loadProblem = (loading: Promise<unknown>) =>
  loading.then(
    () => null,
    (error: QuestionSetError) => error.problem,
  )

/** A hub with one dataset of these files. */
const hub = (files: Record<string, string>) =>
  vi.fn(async (input: string | URL | Request) => {
    const url = String(input instanceof Request ? input.url : input)
    if (url.includes('/tree/')) {
      const entries = Object.entries(files).map(([path, text]) => ({
        type: 'file',
        path,
        size: text.length,
        oid: path,
      }))
      return Response.json(entries)
    }
    const path = Object.keys(files).find((one) => url.includes(one))
    if (path !== undefined) {
      const headers = { etag: '"1"', 'content-range': `bytes 0-0/${files[path]!.length}` }
      return new Response(files[path]!, { headers })
    }
    return Response.json({ _id: '1', id: 'davidkim205/ko-bench', cardData: { license: 'apache-2.0' } })
  }) as unknown as typeof fetch

it('refuses questions that are not the published ones', async () => {
  const other = async () => new Response('{"id":1,"questions":["다른 질문"]}')
  expect(await loadProblem(load('logickor', other))).toMatchObject({ kind: 'digest' })
  const files = { 'data/question.jsonl': '{"question_id":1,"turns":["다른 질문"]}\n', 'README.md': '' }
  expect(await loadProblem(load('ko-bench', hub(files)))).toEqual({ kind: 'content' })
  const lost = async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) })
  }
  expect(await loadProblem(load('logickor', lost))).toEqual({ kind: 'fetch', reason: 'ENOTFOUND' })
})

it('uses what was fetched without a network, as long as it is unchanged', async () => {
  const text = '{"id":1,"questions":["질문"]}\n'
  writeFileSync(join(folder, 'logickor.jsonl'), text)
  const sha256 = '0e1e' // another digest
  writeFileSync(
    join(folder, 'logickor.json'),
    JSON.stringify({ sha256, licence: 'x', home: 'y', isKnown: true }),
  )
  const offline = vi.fn() as unknown as typeof fetch
  const problem = await loadProblem(load('logickor', offline))
  expect(problem).toMatchObject({ kind: 'digest', expected: sha256 })
  const { found } = problem as { found: string }
  writeFileSync(
    join(folder, 'logickor.json'),
    JSON.stringify({ sha256: found, licence: 'x', home: 'y', isKnown: true }),
  )
  const set = await load('logickor', offline)
  expect([Buffer.from(set.bytes).toString(), set.isFetched]).toEqual([text, false])
  expect(offline).not.toHaveBeenCalled()
  expect(readFileSync(join(folder, 'logickor.jsonl'), 'utf8')).toBe(text)
})

whenPublished('Ko-Bench', () => {
  it('is found at its home by what its questions are, whatever the file is called', async () => {
    const questions = publishedAnswers()[0]!.rows.map(({ question }) => ({ turns: [question] }))
    const text = questions.map((one, index) => `${JSON.stringify({ question_id: index, ...one })}\n`).join('')
    const set = await load('ko-bench', hub({ 'other.jsonl': '{"text":"x"}\n', 'data/ko.jsonl': text }))
    expect(set).toMatchObject({ licence: 'apache-2.0', isKnown: false, isFetched: true })
    expect(Buffer.from(set.bytes).toString()).toBe(text)
  })
})
