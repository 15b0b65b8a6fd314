import { join } from 'node:path'
import { createFolder } from './create-folder.ts'
import type { LogFile } from './log-file.ts'
import { type MailServer, type OutgoingMail, startMailServer } from './mail-server.ts'
import { writeWhole } from './write-whole.ts'

/**
 * Takes mails on a machine that sends none: every mail becomes a file, readable by the owner alone, for it may hold
 * a one-time link. A mail that cannot be written is refused, and the gateway's queue sends it again later.
 */
export async function startOutbox(folder: string, log?: LogFile): Promise<MailServer> {
  createFolder(folder)
  let failed = 0
  return startMailServer(async (mail) => {
    try {
      const file = `${new Date().toISOString().replace(/[:.]/g, '-')}-${mail.id.replace(/\W/g, '')}.eml`
      writeWhole(join(folder, file), toFile(mail))
    } catch {
      failed++
      return 'failed'
    }
    if (failed > 0) log?.write(JSON.stringify({ level: 'warn', event: 'mail_writes_failed', count: failed }))
    failed = 0
    return 'accepted'
  })
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
