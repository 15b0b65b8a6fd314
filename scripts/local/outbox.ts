import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { LogFile } from './log-file.ts'
import { writeWhole } from './write-whole.ts'

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
 * Takes mails on a machine that sends none: every mail becomes a file, readable by the owner alone, for it may hold
 * a one-time link. A mail that cannot be written is refused, and the gateway's queue sends it again later.
 */
export async function startOutbox(folder: string, log?: LogFile): Promise<Outbox> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let failed = 0
  const server = createServer(async (request, response) => {
    let mail: OutgoingMail
    try {
      mail = JSON.parse(await text(request)) as OutgoingMail
    } catch {
      response.writeHead(400).end()
      return
    }
    try {
      const file = `${new Date().toISOString().replace(/[:.]/g, '-')}-${mail.id.replace(/\W/g, '')}.eml`
      writeWhole(join(folder, file), toFile(mail))
      if (failed > 0)
        log?.write(JSON.stringify({ level: 'warn', event: 'mail_writes_failed', count: failed }))
      failed = 0
      response.writeHead(202).end()
    } catch {
      failed++
      response.writeHead(507).end()
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

/** A mail in the form that mail programs open: UTF-8 throughout, header lines without breaks. */
function toFile({ id, from, to, subject, text }: OutgoingMail): string {
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
