import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

export interface FragileNode {
  url: string
  close(): Promise<void>
}

/** The explanation that the judge of this node writes for MARKUP. */
export const hostileExplanation =
  '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script> 좋은 답입니다.'

/**
 * An OpenAI-compatible node that misbehaves on request: a question with BREAK is cut in the middle, one with SLOW is
 * held until `POST /release`, one with PAUSE is held in the middle, one with MARKUP is answered with a script.
 */
export async function startFragileNode(): Promise<FragileNode> {
  const server = createServer(async (request, response) => {
    if (request.url === '/release') {
      for (const release of held) release()
      response.end()
      return
    }
    if (request.url === '/v1/models') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'fragile-judge', object: 'model' }] }))
      return
    }
    if (request.url !== '/v1/chat/completions') {
      response.writeHead(404).end()
      return
    }
    const asked = JSON.parse(await text(request)) as { messages: { content: string }[]; stream?: boolean }
    await answer(response, asked.messages.map(({ content }) => content).join('\n'), asked.stream === true)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function answer(response: ServerResponse, prompt: string, stream: boolean): Promise<void> {
  const explanation = prompt.includes('MARKUP') ? hostileExplanation : '질문에 맞는 답입니다.'
  const words = `${explanation}\n\nRating: [[8]]`.split(/(?<= )/)
  if (prompt.includes('SLOW')) await hold(response)
  if (!stream) {
    if (prompt.includes('BREAK')) return void response.destroy()
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        ...frame,
        object: 'chat.completion',
        choices: [
          { index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: 'stop' },
        ],
        usage,
      }),
    )
    return
  }
  response.setHeader('content-type', 'text/event-stream')
  const send = (delta: object, finish: string | null) =>
    response.write(
      `data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    )
  for (const [index, word] of words.entries()) {
    send({ content: word }, null)
    // held at once: whoever sees the word can release what follows
    if (prompt.includes('PAUSE') && index === 0) await hold(response)
    await sleep(30)
    if (prompt.includes('BREAK') && index === 1) return void response.destroy()
  }
  send({}, 'stop')
  response.write(
    `data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices: [], usage })}\n\n`,
  )
  response.end('data: [DONE]\n\n')
}

const held = new Set<() => void>()

/** Waits for the release, or for the client to leave; at most 20 s, since a request may come after the release. */
async function hold(response: ServerResponse): Promise<void> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  held.add(release)
  response.once('close', release)
  await Promise.race([released, sleep(20_000)])
  held.delete(release)
}

/** Keeps no process alive: an answer that nobody waits for any more must not hold up the end of the tests. */
const sleep = (milliseconds: number) => setTimeout(milliseconds, undefined, { ref: false })

const frame = { id: 'chatcmpl-1', created: 0, model: 'fragile-judge' }
const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 }
