import { CardTables } from '../../components/card-tables.tsx'
import type { Texts } from '../../texts/texts.ts'
import { differencePoints, modelCard } from './model-card.ts'

/** The model card's tables, never without the interval and the note that 22 items are few. */
export function ModelCardTables({ t }: { t: Texts }) {
  const { tables } = t.start
  return (
    <section class="section" aria-labelledby="tables">
      <h2 id="tables">{tables.title}</h2>
      <p class="narrow soft">{tables.lead}</p>
      <p class="notice careful">{tables.caveat}</p>
      <CardTables
        t={t}
        captions={{ diff: tables.diffCaption, accuracy: tables.accuracyCaption }}
        differences={differencePoints}
        labels={[...modelCard[0].right.keys()]}
        rows={modelCard.map(({ model, wrong, score, scoreInterval, differences, ...card }) => ({
          name: model,
          wrong,
          diff: { score, interval: scoreInterval, counts: differences },
          accuracy: { score: card.accuracy, interval: card.accuracyInterval, counts: card.right },
        }))}
      />
    </section>
  )
}
