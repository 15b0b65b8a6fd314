import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

interface OutgoingMail {
  id: string
  from: string
  to: string
  subject: string
  text: string
}

export interface Outbox {
  url: string
  close(): Promise<void>
}

/**
 * Where mails go on a machine that sends none: every mail becomes a file, readable by the owner alone, for
 * it may hold a one-time link.
 */
export async function startOutbox(folder: string): Promise<Outbox> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const server = createServer(async (request, response) => {
    try {
      const mail = JSON.parse(await text(request)) as OutgoingMail
      const file = `${new Date().toISOString().replace(/[:.]/g, '-')}-${mail.id.replace(/\W/g, '')}.eml`
      writeFileSync(join(folder, file), asFile(mail), { mode: 0o600 })
      response.writeHead(202).end()
    } catch {
      response.writeHead(400).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A mail as mail programs open it: UTF-8 throughout, header lines without breaks. */
function asFile({ id, from, to, subject, text }: OutgoingMail): string {
  const line = (value: string) => value.replace(/[\r\n]+/g, ' ')
  const headers = [
    `From: ${line(from)}`,
    `To: ${line(to)}`,
    `Subject: ${line(subject)}`,
    `Date: ${new Date().toUTCString()}`,
    `Message-ID: <${line(id)}@keval-edge>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ]
  return `${headers.join('\n')}\n\n${text}`
}
