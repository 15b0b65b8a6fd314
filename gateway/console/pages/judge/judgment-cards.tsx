import type { Judgment } from '../../../../schema/api/judgments.ts'
import { JudgmentCard, type ServedFrom } from '../../components/judgment-card.tsx'
import type { View } from '../../view.ts'

interface JudgmentCardsProps {
  view: View
  judgments: Judgment[]
  servedFrom: ServedFrom
}

/** The answer to a request of the playground: one card for each sample, and their summary. */
export function JudgmentCards({ view, judgments, servedFrom }: JudgmentCardsProps) {
  const { result } = view.t.judge
  return (
    <div id="result-card">
      {judgments.length > 1 && <Spread view={view} judgments={judgments} />}
      {judgments.map((judgment) => (
        <div>
          <JudgmentCard view={view} judgment={judgment} servedFrom={servedFrom} />
          {judgment.stored && (
            <p>
              <a href={`/judgments/${encodeURIComponent(judgment.id)}`} data-slot="open">
                {result.open}
              </a>
            </p>
          )}
        </div>
      ))}
    </div>
  )
}

/** The ratings of several samples, with their mean and standard deviation. */
function Spread({ view, judgments }: { view: View; judgments: Judgment[] }) {
  const { result, verdicts } = view.t.judge
  const ratings = judgments.flatMap(({ rating }) => (rating === null ? [] : [rating]))
  const all = judgments.map(({ rating, verdict }) => rating ?? verdicts[verdict]).join(' · ')
  return (
    <dl class="notice numbers" id="result-ratings">
      <Figure name={result.ratings} value={all} />
      {ratings.length > 0 && (
        <>
          <Figure name={result.mean} value={toMean(ratings).toFixed(2)} />
          <Figure
            name={result.deviation}
            value={ratings.length > 1 ? toDeviation(ratings).toFixed(2) : '–'}
          />
          <Figure name={result.range} value={`${Math.min(...ratings)}–${Math.max(...ratings)}`} />
        </>
      )}
    </dl>
  )
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

const toMean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Standard deviation of a sample. */
function toDeviation(values: number[]): number {
  const mean = toMean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}
