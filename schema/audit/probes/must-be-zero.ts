import { mainScript } from '../../judge/script.ts'
import { romanize } from '../korean/syllable.ts'
import { type AuditRow, changeAnswer, lastTurn, type Probe } from '../probe.ts'

const english =
  'Thank you for your question. Let me explain it step by step. First, consider what the question asks for and which facts matter. Then weigh these facts against each other, and finally draw the conclusion that follows from them. In short, the answer depends on the points named above.'
const chinese =
  '感谢您的提问。让我一步一步地说明。首先，我们需要弄清楚问题的要求以及哪些事实最为重要。然后，把这些事实相互比较，最后得出相应的结论。总而言之，答案取决于上面提到的几点。'

/** Questions that ask for another language, or speak of one, are left out: there another language may be right. */
const aboutLanguages = /영어|영문|중국어|일본어|한자|번역|로마자|외국어|English|Chinese|Japanese|[Tt]ranslat/

const applies = (row: AuditRow) => {
  const { question, answer } = lastTurn(row)
  return (
    mainScript(question) === 'hangul' && mainScript(answer) === 'hangul' && !aboutLanguages.test(question)
  )
}

const inLanguage = (name: string, change: (answer: string) => string): Probe => ({
  name,
  relation: 'must_be_zero',
  reason: 'The judge prompt demands 0 where question and answer are in different languages.',
  source: null,
  vary: (row) => (applies(row) ? changeAnswer(row, change) : null),
})

/**
 * Answers in another language. English and Chinese are fixed texts, for a translation would need a model; the
 * romanized one is the answer itself in Latin letters.
 */
export const mustBeZero: readonly Probe[] = [
  inLanguage('answer_in_english', () => english),
  inLanguage('answer_in_chinese', () => chinese),
  inLanguage('answer_romanized', romanize),
]
