import { readFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'
import type { Settings } from '../settings/read-settings.ts'
import type { LogFile } from './log-file.ts'
import { type MailServer, startMailServer } from './mail-server.ts'

/** Below the gateway's own limit, so that a slow server's answer is heard and no mail is sent twice. */
const socketTimeoutMs = 20_000

/**
 * Sends the gateway's mails through an SMTP server, by STARTTLS unless the settings say otherwise. A server that
 * cannot be reached or asks to come back later fails the mail, which the gateway's queue sends again; one that does
 * not take it (5xx) refuses it for good, which the reviewer sees. Neither addresses nor texts are logged.
 */
export async function startSmtp(settings: Settings, log: LogFile): Promise<MailServer> {
  const security = settings.SMTP_SECURITY ?? 'starttls'
  const transport = createTransport({
    pool: true,
    maxConnections: 2,
    host: settings.SMTP_HOST!,
    port: Number(settings.SMTP_PORT ?? (security === 'tls' ? 465 : 587)),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: socketTimeoutMs,
    ...(settings.SMTP_USER !== undefined && {
      auth: { user: settings.SMTP_USER, pass: settings.SMTP_PASSWORD! },
    }),
    ...(settings.SMTP_CA_FILE !== undefined && { tls: { ca: readFileSync(settings.SMTP_CA_FILE) } }),
  })
  const server = await startMailServer(async ({ id, from, to, subject, text }) => {
    try {
      await transport.sendMail({
        from,
        to,
        subject,
        text,
        messageId: `<${id}@keval-edge>`,
        // where a report of a mail that did not arrive goes, which names the message's id
        ...(settings.SMTP_RETURN_PATH !== undefined && { envelope: { from: settings.SMTP_RETURN_PATH, to } }),
      })
      return 'accepted'
    } catch (error) {
      const { code, responseCode } = error as { code?: string; responseCode?: number }
      const isRefused = code === 'EENVELOPE' || code === 'EMESSAGE' ? (responseCode ?? 0) >= 500 : false
      const result = isRefused ? 'refused' : 'failed'
      log.write(
        JSON.stringify({ level: 'warn', event: 'smtp', mail: id, result, code, status: responseCode }),
      )
      return result
    }
  })
  return {
    url: server.url,
    close: async () => {
      await server.close()
      transport.close()
    },
  }
}
