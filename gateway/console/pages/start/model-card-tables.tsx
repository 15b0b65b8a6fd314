import { CountedScoresTable } from '../../components/counted-scores-table.tsx'
import type { Texts } from '../../texts/texts.ts'
import { differencePoints, modelCard } from './model-card.ts'

/** The model card's tables, never without the interval and the note that 22 items are few. */
export function ModelCardTables({ t }: { t: Texts }) {
  const { tables } = t.start
  const difference = differencePoints.map(tables.difference)
  const labels = modelCard[0].right.map((_, label) => tables.label(label))
  return (
    <section class="section" aria-labelledby="tables">
      <h2 id="tables">{tables.title}</h2>
      <p class="narrow soft">{tables.lead}</p>
      <p class="notice careful">{tables.caveat}</p>
      <CountedScoresTable
        caption={tables.diffCaption}
        titles={{ first: tables.model, wrong: tables.wrong, score: tables.score, counts: difference }}
        rows={modelCard.map(({ model, wrong, score, scoreInterval, differences }) => ({
          name: model,
          wrong,
          score,
          interval: scoreInterval,
          counts: differences,
        }))}
      />
      <CountedScoresTable
        caption={tables.accuracyCaption}
        titles={{ first: tables.model, score: tables.accuracy, counts: labels }}
        rows={modelCard.map(({ model, accuracy, accuracyInterval, right }) => ({
          name: model,
          score: accuracy,
          interval: accuracyInterval,
          counts: right,
        }))}
      />
    </section>
  )
}
