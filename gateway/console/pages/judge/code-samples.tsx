import { CopiedCode } from '../../components/copied.tsx'
import type { Texts } from '../../texts/texts.ts'

/** The call that the form would make, for three kinds of client. `client-scripts/code-samples.js` writes them. */
export function CodeSamples({ t, origin }: { t: Texts; origin: string }) {
  const { call } = t.judge
  return (
    <section
      class="card"
      id="code-samples"
      data-origin={origin}
      data-note={call.kevalNote}
      aria-labelledby="code-samples-title"
    >
      <h2 id="code-samples-title">{call.title}</h2>
      {(['curl', 'openai', 'keval'] as const).map((client) => (
        <details open={client === 'curl'}>
          <summary>{call[client]}</summary>
          <CopiedCode t={t} id={`call-${client}`} />
        </details>
      ))}
    </section>
  )
}
