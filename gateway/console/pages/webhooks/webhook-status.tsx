import type { Webhook } from '../../../../schema/api/webhooks.ts'
import type { View } from '../../view.ts'

const tones = { failing: 'tag bad', gone: 'tag bad', by_user: 'tag', moved: 'tag wait' }

/** Shows that a webhook is on, or the reason it is off. */
export function WebhookStatus({ view, disabled }: { view: View; disabled: Webhook['disabled'] }) {
  const text = view.t.webhooks
  if (disabled === null) return <span class="tag good">{text.on}</span>
  return <span class={tones[disabled]}>{text.off[disabled]}</span>
}
