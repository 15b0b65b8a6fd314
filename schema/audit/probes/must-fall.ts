import { negate } from '../korean/negation.ts'
import { joinSentences, type Sentence, splitSentences } from '../korean/sentences.ts'
import { changeAnswer, lastTurn, type Probe } from '../probe.ts'
import { derange, hasCode } from '../prose.ts'
import { sources } from '../sources.ts'

const minSentences = 4

/** Prose that can be cut or shuffled: several sentences, no code and no list, whose order may not matter. */
function proseSentences(answer: string): Sentence[] | null {
  if (hasCode(answer) || /^\s*(?:[-*+•]|\d+[.)])\s/m.test(answer)) return null
  const sentences = splitSentences(answer)
  return sentences.length < minSentences ? null : sentences
}

const cutInHalf: Probe = {
  name: 'cut_in_half',
  relation: 'must_fall',
  reason: 'Half of an answer is less of an answer.',
  source: sources.evaluators,
  vary: (row) =>
    changeAnswer(row, (answer) => {
      const sentences = splitSentences(answer)
      if (sentences.length < minSentences) return null
      const half = joinSentences(sentences.slice(0, Math.floor(sentences.length / 2))).trimEnd()
      // cut inside the next word, as a broken connection leaves it
      return `${half} ${sentences[Math.floor(sentences.length / 2)]!.text.slice(0, 5)}`.trimEnd()
    }),
}

const shuffledSentences: Probe = {
  name: 'shuffled_sentences',
  relation: 'must_fall',
  reason: 'Sentences out of order lose their argument.',
  source: sources.checklist,
  vary: (row, { random }) =>
    changeAnswer(row, (answer) => {
      const sentences = proseSentences(answer)
      return sentences === null
        ? null
        : derange(sentences, random)
            .map(({ text }) => text.trim())
            .join(' ')
    }),
}

const number = /(?<![\d.,])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\d.,])-?\d+(?:\.\d+)?/g
const plain = (digits: string) => digits.replace(/,/g, '')

const wrongNumber: Probe = {
  name: 'wrong_number',
  relation: 'must_fall',
  reason: 'The reference holds the right number, and the answer now ends with another.',
  source: sources.evaluators,
  vary: (row, { random }) =>
    changeAnswer(row, (answer, { reference }) => {
      const result = answer.match(number)?.at(-1)
      if (result === undefined || !reference?.match(number)?.some((given) => plain(given) === plain(result)))
        return null
      const decimals = /\.(\d+)$/.exec(plain(result))?.[1]?.length ?? 0
      const wrong = Number(plain(result)) + 1 + Math.floor(random() * 9)
      const text = wrong.toFixed(decimals)
      return answer.replace(number, (found) => (plain(found) === plain(result) ? text : found))
    }),
}

const otherAnswer: Probe = {
  name: 'other_answer',
  relation: 'must_fall',
  reason: 'The answer to another question does not answer this one.',
  source: sources.metamorphic,
  vary: (row, { random, others }) => {
    const { question, answer } = lastTurn(row)
    const foreign = others
      .map(lastTurn)
      .filter((turn) => turn.question !== question && turn.answer !== answer && turn.answer.trim() !== '')
    if (foreign.length === 0) return null
    return changeAnswer(row, () => foreign[Math.floor(random() * foreign.length)]!.answer)
  },
}

const negatedConclusion: Probe = {
  name: 'negated_conclusion',
  relation: 'must_fall',
  reason: 'The answer now denies its own conclusion.',
  source: sources.checklist,
  vary: (row) =>
    changeAnswer(row, (answer) => {
      if (hasCode(answer)) return null
      const sentences = splitSentences(answer)
      const last = sentences.at(-1)
      const denied = last === undefined ? null : negate(last.text)
      return denied === null
        ? null
        : joinSentences([...sentences.slice(0, -1), { text: denied, gap: last!.gap }])
    }),
}

const refusal: Probe = {
  name: 'refusal',
  relation: 'must_fall',
  reason: 'No answer is worth less than an answer.',
  source: sources.nullModel,
  vary: (row) => changeAnswer(row, () => '답변하지 않겠습니다.'),
}

/** Changes that make an answer worse. Rows that are rated 1 or less already are left out. */
export const mustFall: readonly Probe[] = [
  cutInHalf,
  shuffledSentences,
  wrongNumber,
  otherAnswer,
  negatedConclusion,
  refusal,
]
