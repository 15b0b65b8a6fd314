/** One mail as it leaves. */
export interface ComposedMail {
  to: string
  subject: string
  text: string
}

/** Sends mail. A failure is thrown; its text is not kept, because transports like to quote addresses. */
export interface MailTransport {
  send(mail: ComposedMail, id: string): Promise<void>
}

/** Through Cloudflare's `send_email` binding. */
export class CloudflareMailTransport implements MailTransport {
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

/** To a local outbox: an address that files every mail it is given, for machines that send none. */
export class OutboxMailTransport implements MailTransport {
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
      signal: AbortSignal.timeout(5_000),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`The outbox answered ${response.status}.`)
  }
}

/** Where nothing is set up: every mail fails visibly and waits to be sent again. */
export class NoMailTransport implements MailTransport {
  async send(): Promise<void> {
    throw new Error('No way to send mail is configured.')
  }
}
