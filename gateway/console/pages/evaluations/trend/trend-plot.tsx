import type { EvaluationHistory } from '../../../../../schema/api/evaluation-tags.ts'
import { percent } from '../../../../../schema/report/table.ts'

export type TrendRun = EvaluationHistory['data'][number]

interface TrendPlotProps {
  /** Description of the plot in words; the table next to it has the numbers. */
  label: string
  /** Oldest first, each with a score. */
  runs: readonly (TrendRun & { score: number })[]
  /** The evaluation that later ones are compared with; null for none. */
  baseline: string | null
  /** Describes the result of one run. */
  describe: (run: TrendRun) => string
}

const width = 720
const height = 240
const left = 72
const right = 16
const top = 12
const bottom = 16
const shares = [0, 0.25, 0.5, 0.75, 1]

const toY = (share: number) => top + (1 - share) * (height - top - bottom)

/**
 * The scores of runs in their order, with 95% intervals. A broken line parts runs whose scores are not of one measure:
 * another judge, other weights, another protocol or other questions.
 */
export function TrendPlot({ label, runs, baseline, describe }: TrendPlotProps) {
  const step = (width - left - right) / runs.length
  const toX = (index: number) => left + step * (index + 0.5)
  return (
    <svg class="trend" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {shares.map((share) => (
        <g>
          <line class="grid" x1={left} x2={width - right} y1={toY(share)} y2={toY(share)} />
          <text class="axis" x={left - 8} y={toY(share) + 4}>
            {`${share * 100}%`}
          </text>
        </g>
      ))}
      {runs.map(({ score, changed }, index) =>
        index === 0 ? null : changed.length > 0 ? (
          <line class="change" x1={toX(index) - step / 2} x2={toX(index) - step / 2} y1={top} y2={toY(0)} />
        ) : (
          <line
            class="between"
            x1={toX(index - 1)}
            x2={toX(index)}
            y1={toY(runs[index - 1]!.score)}
            y2={toY(score)}
          />
        ),
      )}
      {runs.map((run, index) => (
        <g>
          <title>{describe(run)}</title>
          {run.interval !== null && (
            <line
              class="interval"
              x1={toX(index)}
              x2={toX(index)}
              y1={toY(run.interval[0])}
              y2={toY(run.interval[1])}
            />
          )}
          <circle
            class={run.id === baseline ? 'point baseline' : 'point'}
            cx={toX(index)}
            cy={toY(run.score)}
            r={run.id === baseline ? 7 : 5}
          />
        </g>
      ))}
    </svg>
  )
}

/** Returns whether a run has a score to draw. */
export const hasScore = (run: TrendRun): run is TrendRun & { score: number } => run.score !== null

export const toScoreText = ({ score }: TrendRun) => (score === null ? '–' : percent(score))
