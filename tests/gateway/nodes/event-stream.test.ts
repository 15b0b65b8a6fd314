import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEventData } from '../../../gateway/nodes/client/event-stream.ts'

describe('event streams', () => {
  it('are read alike however they are cut and whichever line ends they use', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => JSON.stringify({ text }))
    const payload = fc.array(fc.array(line, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(
        payload,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 9 }),
        async (data, end, size) => {
          const toDataLines = (lines: string[]) => lines.map((one) => `data: ${one}${end}`).join('')
          const text = data
            .map((lines) => `: comment${end}event: x${end}${toDataLines(lines)}${end}`)
            .join('')
          const bytes = new TextEncoder().encode(text)
          const stream = new ReadableStream({
            start(controller) {
              for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size))
              controller.close()
            },
          })
          const seen: string[] = []
          for await (const one of readEventData(stream, 8_000_000)) seen.push(one)
          expect(seen).toEqual(data.map((lines) => lines.join('\n')))
        },
      ),
    )
  })

  it.each([
    ['more bytes than allowed', ['data: 1\n\ndata: 2\n\n'], 10, 'node_answer_too_large'],
    [
      'an event without an end',
      ['data: ', 'x'.repeat(600_000), 'x'.repeat(600_000)],
      8_000_000,
      'node_answer_too_large',
    ],
    [
      'bytes that are not UTF-8',
      ['data: 1\n\ndata: ', Uint8Array.of(0xb0, 0xa1), '\n\n'],
      100,
      'node_answer_unreadable',
    ],
  ])('fail with %s', async (_, parts, maxBytes, reason) => {
    const read = async () => {
      for await (const _ of readEventData(new Blob(parts).stream(), maxBytes));
    }
    await expect(read()).rejects.toMatchObject({ failure: { reason } })
  })
})
