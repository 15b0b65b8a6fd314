import { type WebhookEvent, webhookEvents } from '../../../../schema/api/webhooks.ts'
import type { View } from '../../view.ts'

/** The events that a webhook is told of; all of them where none has been chosen yet. */
export function EventFields({ view, chosen }: { view: View; chosen: readonly WebhookEvent[] | null }) {
  const text = view.t.webhooks
  return (
    <fieldset>
      <legend>{text.events}</legend>
      {webhookEvents.map((event) => (
        <div class="choice">
          <input
            type="checkbox"
            id={`event-${event}`}
            name="events"
            value={event}
            checked={chosen === null || chosen.includes(event)}
          />
          <label for={`event-${event}`}>
            {text.eventNames[event]} <code class="small">{event}</code>
          </label>
        </div>
      ))}
    </fieldset>
  )
}
