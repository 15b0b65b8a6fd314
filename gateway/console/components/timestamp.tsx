import { formatExactTime, formatTime } from '../format.ts'
import type { View } from '../view.ts'

/**
 * A moment. The server writes it in Korean time, with the zone named; `client-scripts/moments.js` puts it into the
 * reader's own zone. The exact moment shows on hover.
 */
export function Timestamp({ at, view }: { at: number | string; view: Pick<View, 'language'> }) {
  return (
    <time datetime={new Date(at).toISOString()} title={formatExactTime(at, view)} data-moment>
      {formatTime(at, view)}
    </time>
  )
}
