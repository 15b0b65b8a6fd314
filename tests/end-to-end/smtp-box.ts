import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

export interface SmtpBox {
  port: number
  /** The certificate, for a client to trust. */
  caFile: string
  /** The mails taken, each with sender and receiver of its envelope, and whether it came encrypted. */
  mails: { from: string; to: string; content: string; secure: boolean }[]
  close(): Promise<void>
}

export const smtpUser = { user: 'keval', password: 'smtp-password' }

/** An SMTP server that asks for STARTTLS and a password; addresses that begin with `refused` or `busy` are not taken. */
export async function smtpBox(folder: string): Promise<SmtpBox> {
  const [key, caFile] = [join(folder, 'smtp.key'), join(folder, 'smtp.crt')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', caFile, ...names],
    {
      stdio: 'ignore',
    },
  )
  const mails: SmtpBox['mails'] = []
  const server = new SMTPServer({
    key: readFileSync(key),
    cert: readFileSync(caFile),
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: ({ username, password }, session, done) =>
      session.secure && username === smtpUser.user && password === smtpUser.password
        ? done(null, { user: username })
        : done(new Error('wrong password or no TLS')),
    onRcptTo: ({ address }, _session, done) => {
      const responseCode = address.startsWith('refused') ? 550 : address.startsWith('busy') ? 451 : null
      done(responseCode === null ? null : Object.assign(new Error('not taken'), { responseCode }))
    },
    onData: async (stream, session, done) => {
      const content = await text(stream)
      const { mailFrom } = session.envelope
      const from = mailFrom === false ? '' : mailFrom.address
      mails.push({ from, to: session.envelope.rcptTo[0]!.address, content, secure: session.secure })
      done()
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    port: (server.server.address() as AddressInfo).port,
    caFile,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
