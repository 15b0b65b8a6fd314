import { CopiedCode } from '../../components/copied.tsx'
import type { Texts } from '../../texts/texts.ts'

/** The call that the form would make, for three kinds of client. `client-scripts/same-call.js` writes them. */
export function SameCall({ t, origin }: { t: Texts; origin: string }) {
  const { call } = t.judge
  return (
    <section
      class="card"
      id="same-call"
      data-origin={origin}
      data-note={call.kevalNote}
      aria-labelledby="same-call-title"
    >
      <h2 id="same-call-title">{call.title}</h2>
      {(['curl', 'openai', 'keval'] as const).map((client) => (
        <details open={client === 'curl'}>
          <summary>{call[client]}</summary>
          <CopiedCode t={t} id={`call-${client}`} />
        </details>
      ))}
    </section>
  )
}
