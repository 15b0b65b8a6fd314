import { vi } from 'vitest'

const judgment = (content: string) =>
  Response.json({
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 5 },
  })

/**
 * Answers as the node `http://node.test`, which serves the model `judge`; everything else goes where it went before
 * (after `catchMails`). `write` says what the judge writes, or null for a 503.
 */
export function judgeAtNodeTest(
  write: () => string | null | Promise<string | null> = () => 'Rating: [[7]]',
): void {
  const others = vi.mocked(globalThis.fetch).getMockImplementation()!
  vi.mocked(globalThis.fetch).mockImplementation(async (input, init) => {
    const { url } = new Request(input as RequestInfo, init)
    if (!url.startsWith('http://node.test')) return others(input, init)
    if (url.endsWith('/v1/models')) return Response.json({ object: 'list', data: [{ id: 'judge' }] })
    const content = await write()
    return content === null ? new Response('{}', { status: 503 }) : judgment(content)
  })
}
