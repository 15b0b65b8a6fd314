import { expect, it } from 'vitest'
import { LogLines } from '../../../gateway/http/log-lines.ts'

function setUp() {
  const written: string[] = []
  const [deferred, holds]: [Promise<unknown>[], (() => void)[]] = [[], []]
  let time = 1_000
  const lines = new LogLines({
    write: (text) => written.push(text),
    now: () => time,
    wait: () => new Promise((resolve) => holds.push(resolve)),
    defer: (work) => deferred.push(work),
  })
  const endHold = async () => {
    for (const end of holds.splice(0)) end()
    await Promise.all(deferred.splice(0))
  }
  return { lines, written, endHold, pass: (milliseconds: number) => (time += milliseconds) }
}

it('writes a line at once where none is held', () => {
  const { lines, written } = setUp()
  lines.add('one', 0)
  lines.add('two', 0)
  expect(written).toEqual(['one', 'two'])
})

it('writes held lines together, in their order, once', async () => {
  const { lines, written, endHold } = setUp()
  lines.add('one', 20)
  lines.add('two', 20)
  expect(written).toEqual([])
  await endHold()
  expect(written).toEqual(['one\ntwo'])
  lines.add('three', 20)
  await endHold()
  expect(written).toEqual(['one\ntwo', 'three'])
})

it('writes an urgent line at once, after those that wait', async () => {
  const { lines, written, endHold } = setUp()
  lines.add('one', 20)
  lines.add('error', 0)
  expect(written).toEqual(['one\nerror'])
  await endHold()
  expect(written).toHaveLength(1)
})

it('holds no more than 64 lines', () => {
  const { lines, written } = setUp()
  for (let line = 0; line < 100; line++) lines.add(String(line), 20)
  expect(written.map((text) => text.split('\n').length)).toEqual([64])
})

it('writes what waits also when the request that was to write it has been ended', () => {
  const { lines, written, pass } = setUp()
  lines.add('one', 20)
  pass(21)
  lines.add('two', 20)
  expect(written).toEqual(['one\ntwo'])
})
