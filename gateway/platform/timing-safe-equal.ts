const encoder = new TextEncoder()

/** Compares two texts in constant time. Their digests are compared, so that lengths do not show either. */
export async function timingSafeEqual(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [left, right].map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))),
  )
  return crypto.subtle.timingSafeEqual(a!, b!)
}
