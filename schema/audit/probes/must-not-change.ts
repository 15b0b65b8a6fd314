import { switchPoliteness } from '../korean/politeness.ts'
import { changeAnswer, lastTurn, type Probe } from '../probe.ts'
import { changeProse, derange } from '../prose.ts'
import { sources } from '../sources.ts'

const same = (
  name: string,
  reason: string,
  change: (answer: string, random: () => number) => string | null,
): Probe => ({
  name,
  relation: 'must_not_change',
  reason,
  source: sources.checklist,
  vary: (row, { random }) => changeAnswer(row, (answer) => change(answer, random)),
})

const plainText = (prose: string) =>
  prose
    .replace(/^ {0,3}#{1,6}\s+/gm, '')
    .replace(/(\*\*|__)(?=\S)([\s\S]*?\S)\1/g, '$2')
    .replace(/^ {0,3}>\s?/gm, '')

/** Runs of list items without a number, each on one line: their order says nothing. */
const list = /(?:^[ \t]*[-*•][ \t]+\S[^\n]*(?:\n|(?![\s\S]))){3,}/gm

function reorder(run: string, random: () => number): string {
  const ended = run.endsWith('\n')
  const items = (ended ? run.slice(0, -1) : run).split('\n')
  const indent = /^[ \t]*/.exec(items[0]!)![0]
  const nested = items.some((item) => /^[ \t]*/.exec(item)![0] !== indent)
  // "first", "next" and the like give the items an order after all
  const ordered = /첫째|둘째|셋째|먼저|다음|그다음|마지막|이후|단계|\d\s*[.)]/.test(run)
  return nested || ordered ? run : derange(items, random).join('\n') + (ended ? '\n' : '')
}

const doubleReference: Probe = {
  name: 'reference_twice',
  relation: 'must_not_change',
  reason: 'A reference says the same when it is given twice.',
  source: sources.metamorphic,
  vary: (row) => {
    const last = lastTurn(row)
    const { reference } = last
    if (reference === undefined || reference.trim() === '') return null
    return [...row.turns.slice(0, -1), { ...last, reference: `${reference.trimEnd()}\n\n${reference}` }]
  },
}

/** Changes of form that leave the content as it is. */
export const mustNotChange: readonly Probe[] = [
  same('white_space', 'Blanks at the ends of lines are not seen by a reader.', (answer) =>
    changeProse(answer, (prose) => prose.replace(/[ \t]*\n/g, '  \n')),
  ),
  same('line_breaks', 'Paragraphs read the same with one line break more between them.', (answer) =>
    changeProse(answer, (prose) => prose.replace(/\n{2,}/g, '\n\n\n')),
  ),
  same('plain_text', 'Bold type and headings change no content.', (answer) => changeProse(answer, plainText)),
  same('decomposed_hangul', 'NFC and NFD are the same text.', (answer) => answer.normalize('NFD')),
  same('politeness', 'Both polite styles say the same.', (answer) => switchPoliteness(answer)),
  same('list_order', 'The order of an unordered list says nothing.', (answer, random) =>
    changeProse(answer, (prose) => prose.replace(list, (run) => reorder(run, random))),
  ),
  doubleReference,
]
