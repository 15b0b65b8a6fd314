import type { JudgingNode } from './judging-node.ts'

let serial = 0

/** Rows that nobody has sent before, answered with the rating written in them. */
export const makeRows = (ratings: (number | string)[], over: object = {}) =>
  ratings.map((rating, index) => ({
    id: `row-${index}`,
    question: `질문 ${index}`,
    answer: `답변 <${rating}> ${serial++}`,
    ...over,
  }))

/** Makes a node give the rating that is written in the answer. */
export function writeWhatTheAnswerSays(node: JudgingNode): void {
  node.write = ({ messages }) => {
    const rating = /답변 <([^>]*)>/.exec(messages.at(-1)!.content)![1]!
    return rating === 'nothing' ? '평가를 마치지 못했습니다.' : `설명입니다.\n\nRating: [[${rating}]]`
  }
}
