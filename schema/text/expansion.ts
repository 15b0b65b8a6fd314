/**
 * Most bytes that compressed data may expand to, each for one that was sent. Text in gzip expands to about 10 times its
 * size, long repeated texts to 50; data made to fill the storage expands to 1,000 times.
 */
export const maxExpansion = 100

/** Small bodies may expand further: so many bytes do no harm. */
const freeBytes = 32_000_000

/** Returns whether data expand so far beyond what was sent that they are not taken. */
export const expandsTooFar = ({ sent, expanded }: { sent: number; expanded: number }) =>
  expanded > Math.max(freeBytes, sent * maxExpansion)
