import { expect, it } from 'vitest'
import { MicroBatch } from '../../../gateway/platform/micro-batch.ts'

function batch({ inFlight = 6 } = {}) {
  const written: string[][] = []
  const write = (entries: readonly string[]) => {
    if (entries.includes('wrong')) throw new Error('cannot be written')
    written.push([...entries])
  }
  return { written, entries: new MicroBatch({ write, inFlight: () => inFlight }) }
}

it('writes entries that arrive together once, and answers each when it is written', async () => {
  const { written, entries } = batch()
  const all = ['a', 'b', 'c'].map((entry) => entries.add(entry))
  expect(written).toEqual([['a', 'b', 'c']])
  await Promise.all(all)
})

it('writes an entry that no other follows after the longest delay', async () => {
  const { written, entries } = batch()
  const added = entries.add('alone')
  expect(written).toEqual([])
  await added
  expect(written).toEqual([['alone']])
  const next = entries.add('next')
  await next
  expect(written).toEqual([['alone'], ['next']])
})

it('rejects the one entry that cannot be written and writes the others', async () => {
  const { written, entries } = batch()
  const settled = await Promise.allSettled(['a', 'wrong', 'c'].map((entry) => entries.add(entry)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(written).toEqual([['a'], ['c']])
})

it('waits for no other while few runs are in flight', () => {
  const { written, entries } = batch({ inFlight: 2 })
  void entries.add('a')
  expect(written).toEqual([['a']])
})
