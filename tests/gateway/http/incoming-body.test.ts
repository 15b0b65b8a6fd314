import { expect, it } from 'vitest'
import { IncomingBody } from '../../../gateway/http/body/incoming-body.ts'

const bounds = { maxBytes: 1_000, totalMs: 5_000, pauseMs: 5_000 }

/** A request whose body sends what it is given and, unless it closes, then nothing more. */
function sending(chunks: string[], { closes = true } = {}) {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk))
      if (closes) controller.close()
    },
  })
  return IncomingBody.of(new Request('https://keval.test/', { method: 'POST', body }))
}

async function read(incoming: IncomingBody, limits = bounds): Promise<string> {
  incoming.open(limits)
  return new TextDecoder().decode(await incoming.bytes())
}

it('reads a body of many chunks whole', async () => {
  expect(await read(sending(['{"a":', '"나', '"}']))).toBe('{"a":"나"}')
})

it('refuses a body that pauses for too long, and one that takes too long as a whole', async () => {
  for (const limits of [
    { ...bounds, pauseMs: 20 },
    { ...bounds, totalMs: 20 },
  ]) {
    const stalled = sending(['{"a":'], { closes: false })
    await expect(read(stalled, limits)).rejects.toMatchObject({ failure: { code: 'body_timeout' } })
  }
})

it('refuses a body above its bound as soon as it is above', async () => {
  const endless = sending(['x'.repeat(600), 'x'.repeat(600)], { closes: false })
  await expect(read(endless)).rejects.toMatchObject({ failure: { code: 'body_too_large' } })
})
