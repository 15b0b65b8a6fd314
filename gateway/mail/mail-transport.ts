/** One mail as it leaves. */
export interface ComposedMail {
  to: string
  subject: string
  text: string
}

/** The receiving server does not take a mail, and will not later: another try is of no use. */
export class MailRefused extends Error {}

/** Sends mail. It throws on failure; the error's text is not kept, because transports quote addresses. */
export interface MailTransport {
  send(mail: ComposedMail, id: string): Promise<void>
}

/** Sends through Cloudflare's `send_email` binding. */
class CloudflareMailTransport implements MailTransport {
  readonly #binding: SendEmail
  readonly #from: string

  constructor(binding: SendEmail, from: string) {
    this.#binding = binding
    this.#from = from
  }

  async send({ to, subject, text }: ComposedMail): Promise<void> {
    await this.#binding.send({ from: this.#from, to, subject, text })
  }
}

/** Longer than the outbox waits for an SMTP server: a mail whose answer is not heard would be sent again. */
const outboxTimeoutMs = 60_000

/** Posts mails to an outbox on the same machine, which sends them by SMTP or stores them as files. */
class OutboxMailTransport implements MailTransport {
  readonly #address: string
  readonly #from: string

  constructor(address: string, from: string) {
    this.#address = address
    this.#from = from
  }

  async send(mail: ComposedMail, id: string): Promise<void> {
    const response = await fetch(this.#address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, from: this.#from, ...mail }),
      signal: AbortSignal.timeout(outboxTimeoutMs),
    })
    await response.body?.cancel()
    if (response.status === 422) throw new MailRefused('The outbox answered 422.')
    if (!response.ok) throw new Error(`The outbox answered ${response.status}.`)
  }
}

/** Fails every mail, where nothing is set up: the mails wait to be sent again. */
class NoMailTransport implements MailTransport {
  async send(): Promise<void> {
    throw new Error('No way to send mail is configured.')
  }
}

interface TransportSettings {
  MAIL_FROM?: string
  MAIL_OUTBOX?: string
  EMAIL?: SendEmail
}

/** The transport that the settings name: a local outbox before Cloudflare's binding, none without either. */
export function createMailTransport({ MAIL_FROM, MAIL_OUTBOX, EMAIL }: TransportSettings): MailTransport {
  const from = MAIL_FROM || 'keval <no-reply@keval.invalid>'
  if (MAIL_OUTBOX) return new OutboxMailTransport(MAIL_OUTBOX, from)
  return EMAIL === undefined ? new NoMailTransport() : new CloudflareMailTransport(EMAIL, from)
}
