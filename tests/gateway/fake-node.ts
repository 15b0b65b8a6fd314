import { vi } from 'vitest'

/** Answers what is sent to `http://node.test`; everything else goes where it went before (after `catchMails`). */
export function atNodeTest(answer: (path: string, request: Request) => Response | Promise<Response>): void {
  const others = vi.mocked(globalThis.fetch).getMockImplementation()!
  vi.mocked(globalThis.fetch).mockImplementation(async (input, init) => {
    const { host, pathname } = new URL(input instanceof Request ? input.url : String(input))
    return host === 'node.test' ? answer(pathname, new Request(input, init)) : others(input, init)
  })
}

/** A whole answer of a judge, with what else the node says of it. */
export const toCompletion = (content: string, more: object = {}) =>
  Response.json({
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 10 },
    ...more,
  })

/** A node that serves the model `judge`. `write` says what the judge writes, or null for a 503. */
export function judgeAtNodeTest(
  write: () => string | null | Promise<string | null> = () => 'Rating: [[7]]',
): void {
  atNodeTest(async (path) => {
    if (path === '/v1/models') return Response.json({ object: 'list', data: [{ id: 'judge' }] })
    const content = await write()
    return content === null ? new Response('{}', { status: 503 }) : toCompletion(content)
  })
}
