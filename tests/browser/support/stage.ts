import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../../../scripts/local/child.ts'
import { startOutbox } from '../../../scripts/local/outbox.ts'
import { waitFor } from '../../../scripts/local/wait.ts'
import { adminSecret, masterSecret, startGateway } from '../../built-gateway.ts'
import { unusedPort } from '../../unused-port.ts'
import { startFragileNode } from './fragile-node.ts'

/** The addresses and secrets of the running service. */
export interface Stage {
  base: string
  /** A test key of the demo tenant. */
  key: string
  adminSecret: string
  masterSecret: string
  /** The folder of mails, one file each. */
  outbox: string
  /** Address of the node that misbehaves on request. */
  fragileNode: string
}

const root = join(import.meta.dirname, '../../..')

/** The real worker with a real node beside one that misbehaves, all of it thrown away afterwards. */
export async function setTheStage(): Promise<{ stage: Stage; close(): Promise<void> }> {
  const mails = mkdtempSync(join(tmpdir(), 'keval-browser-mails-'))
  const [port, nodePort] = [await unusedPort(), await unusedPort()]
  const model = join(root, 'keval-mini/model')
  const serve = [join(root, 'inference-node/cli.ts'), 'serve', '--model', model, '--port', String(nodePort)]
  const node = startChild(serve, process.env)
  const [outbox, fragile] = await Promise.all([
    startOutbox(mails),
    startFragileNode(),
    waitFor(`http://127.0.0.1:${nodePort}/health`),
  ])
  const gateway = await startGateway(
    {
      NODES: `http://127.0.0.1:${nodePort},${fragile.url}`,
      MAIL_OUTBOX: outbox.url,
      MAIL_FROM: 'keval@example.org',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATA_LOCATION: JSON.stringify({
        ko: '서울의 서버와 싱가포르의 백업',
        en: 'a server in Seoul and its backup in Singapore',
        overseas: {
          recipient: 'Example Storage Ltd.',
          contact: 'privacy@example.org',
          countries: { ko: '싱가포르', en: 'Singapore' },
        },
      }),
    },
    // what a browser test needs to know, it sees on the page
    { port, onLog: () => {} },
  )
  return {
    stage: {
      base: gateway.url,
      key: gateway.key,
      adminSecret,
      masterSecret,
      outbox: mails,
      fragileNode: fragile.url,
    },
    close: async () => {
      await Promise.allSettled([gateway.stop(), node.stop(), outbox.close(), fragile.close()])
      rmSync(mails, { recursive: true, force: true })
    },
  }
}
