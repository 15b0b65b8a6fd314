import PostalMime from 'postal-mime'

/** Reports of mail servers are not deeper or larger than this. */
const limits = { forceRfc822Attachments: true, maxNestingDepth: 8, maxHeadersSize: 65_536 }
const returnedTypes = ['message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers']

/** The id of the mail that a delivery report (RFC 3464) says did not arrive; null for every other message. */
export async function parseBounce(message: Uint8Array): Promise<string | null> {
  const { attachments } = await PostalMime.parse(message, limits)
  const read = (types: readonly string[]) =>
    attachments
      .filter(({ mimeType }) => types.includes(mimeType))
      .map(({ content }) => (typeof content === 'string' ? content : new TextDecoder().decode(content)))
      .join('\n')
  // a delay is no failure yet
  if (!/^action:\s*failed\s*$/im.test(read(['message/delivery-status']))) return null
  return /^message-id:\s*<(mail_[0-9A-Za-z]{20})@keval-edge>/im.exec(read(returnedTypes))?.[1] ?? null
}
