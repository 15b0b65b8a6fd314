import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A node that says everything it may say of itself in texts that would like to be scripts. */
export async function startHostileNode(
  text: string,
  ready: boolean,
): Promise<{ url: string; close(): Promise<void> }> {
  const keval = {
    revision: `revision ${text}`,
    weights_digest: text,
    precision: text,
    provider: text,
    notice: `notice ${text}`,
  }
  const server = createServer((request, response) => {
    const health = request.url?.endsWith('/health') === true
    response.writeHead(health && !ready ? 503 : 200, { 'content-type': 'application/json' })
    const said = { status: ready ? 'ready' : 'failing', reason: ready ? null : `reason ${text}` }
    const models = { object: 'list', data: [{ id: `model ${text}`, object: 'model', keval }] }
    response.end(JSON.stringify(health ? said : models))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}
