import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A mail as the gateway posts it. */
export interface OutgoingMail {
  id: string
  from: string
  to: string
  subject: string
  text: string
}

/** `failed` is worth another try, `refused` is not: the receiving server does not take this mail. */
export type Delivery = 'accepted' | 'failed' | 'refused'

export interface MailServer {
  /** URL to which the gateway posts its mails. */
  url: string
  close(): Promise<void>
}

const deliveryStatus = { accepted: 202, failed: 503, refused: 422 } as const satisfies Record<
  Delivery,
  number
>

/** Takes the gateway's mails on loopback and hands each to a way of delivery, whose result is the answer. */
export async function startMailServer(
  deliver: (mail: OutgoingMail) => Promise<Delivery>,
): Promise<MailServer> {
  const server = createServer(async (request, response) => {
    let mail: OutgoingMail
    try {
      mail = JSON.parse(await text(request)) as OutgoingMail
    } catch {
      response.writeHead(400).end()
      return
    }
    response.writeHead(deliveryStatus[await deliver(mail)]).end()
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
