import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../../../scripts/local/child.ts'
import { buildGateway, serveGateway } from '../../../scripts/local/gateway.ts'
import { startOutbox } from '../../../scripts/local/outbox.ts'
import { waitFor } from '../../../scripts/local/wait.ts'
import { startFragileNode } from './fragile-node.ts'

/** What the tests need to know of the running service. */
export interface Stage {
  base: string
  /** A test key of the demo tenant. */
  key: string
  adminSecret: string
  masterSecret: string
  /** Where mails lie, one file each. */
  outbox: string
}

const root = join(import.meta.dirname, '../../..')
const adminSecret = 'admin-secret-of-the-browser-tests-0000'
const masterSecret = 'bWFzdGVyLXNlY3JldC1vZi10aGUtdGVzdHMtMDAwMDA='

/** The real worker with a real node beside one that misbehaves, all of it thrown away afterwards. */
export async function setTheStage(): Promise<{ stage: Stage; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'keval-browser-'))
  const [bundle, state, outboxFolder] = ['bundle', 'state', 'outbox'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const [port, nodePort] = [await unusedPort(), await unusedPort()]
  const base = `http://127.0.0.1:${port}`
  const model = join(root, 'inference-node/keval-mini/model')
  const serve = [join(root, 'inference-node/cli.ts'), 'serve', '--model', model, '--port', String(nodePort)]
  const node = startChild(serve, process.env)
  const [outbox, fragile] = await Promise.all([
    startOutbox(outboxFolder),
    startFragileNode(),
    buildGateway(bundle),
    waitFor(`http://127.0.0.1:${nodePort}/health`),
  ])
  const miniflare = await serveGateway({
    port,
    state,
    bundle,
    // what a browser test needs to know, it sees on the page
    onLog: () => {},
    bindings: {
      NODES: `http://127.0.0.1:${nodePort},${fragile.url}`,
      ADMIN_SECRET: adminSecret,
      MASTER_SECRET: masterSecret,
      MAIL_OUTBOX: outbox.url,
      MAIL_FROM: 'keval@example.org',
      PUBLIC_URL: base,
    },
  })
  const demo = await fetch(`${base}/admin/v1/demo`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminSecret}` },
  })
  const { key } = (await demo.json()) as { key: string }
  return {
    stage: { base, key, adminSecret, masterSecret, outbox: outboxFolder },
    close: async () => {
      await Promise.allSettled([miniflare.dispose(), node.stop(), outbox.close(), fragile.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
