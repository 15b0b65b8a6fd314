import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerText, type StopRules } from '../../../inference-node/engine/text/answer-text.ts'

const encoder = new TextEncoder()

/** Feeds a text in pieces of the given sizes in bytes; returns what was let out, piece by piece. */
function feed(text: string, sizes: number[], rules: Partial<StopRules> = {}) {
  const answer = new AnswerText<number>({ stops: [], stopAtRating: false, ...rules })
  const bytes = encoder.encode(text)
  const pieces: string[] = []
  const attached: number[] = []
  for (let at = 0, i = 0; at < bytes.length && !answer.stopped; i++) {
    const size = sizes[i % sizes.length]!
    const released = answer.push(bytes.subarray(at, at + size), i)
    pieces.push(released.text)
    attached.push(...released.attached)
    at += size
  }
  if (!answer.stopped) {
    const last = answer.finish()
    pieces.push(last.text)
    attached.push(...last.attached)
  }
  return { text: pieces.join(''), pieces, attached, answer }
}

describe('the text of an answer', () => {
  it('comes in whole characters, however the bytes are cut', () => {
    const text = '판정: 좋은 답변입니다 🇰🇷👍🏽 — naïve\n'
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const { pieces } = feed(text, sizes)
        expect(pieces.join('')).toBe(text)
        for (const piece of pieces) expect(piece).not.toContain('\ufffd')
      }),
    )
  })

  it('drops a character that was cut off at the end', () => {
    const answer = new AnswerText({ stops: [], stopAtRating: false })
    expect(answer.push(encoder.encode('가')).text).toBe('가')
    expect(answer.push(encoder.encode('나').subarray(0, 2)).text).toBe('')
    expect(answer.finish().text).toBe('')
  })

  it('ends before a stop string and never shows a part of one', () => {
    const stops = ['<끝>', '\n\n##']
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(...stops),
        (sizes, stop) => {
          const { text, pieces, answer } = feed(`앞부분 <끝 이 아님\n\n# ${stop} 뒷부분`, sizes, { stops })
          expect(text).toBe('앞부분 <끝 이 아님\n\n# ')
          expect(answer.stopped).toBe(true)
          expect(pieces.join('')).toBe(text)
        },
      ),
    )
  })

  it('shows what only looked like the beginning of a stop string', () => {
    expect(feed('abc<끝', [1], { stops: ['<끝>'] }).text).toBe('abc<끝')
    expect(feed('aab', [1], { stops: ['aaab'] }).pieces).toEqual(['', '', 'aab', ''])
  })

  it('ends right after the verdict when asked, and only then', () => {
    const text = '[[n]] [[11]] 이유.\nRating: [[8.5]]\n그리고 [[3]]'
    expect(feed(text, [2], { stopAtRating: true }).text).toBe('[[n]] [[11]] 이유.\nRating: [[8.5]]')
    expect(feed('Rating: [[10]]!', [3], { stopAtRating: true }).text).toBe('Rating: [[10]]')
    expect(feed('Rating: [[0]] x', [30], { stopAtRating: true }).text).toBe('Rating: [[0]]')
    expect(feed(text, [2]).text).toBe(text)
  })

  it.each([
    '형식은 "Rating: [[5]]"입니다.\n',
    '> Rating: [[10]]\n',
    '```\nRating: [[10]]\n```\n',
    '이 답은 [[3]]처럼 배열을 씁니다.\n',
    'Rating: [[11]]\n',
  ])('does not end at a rating that is only shown (%j)', (shown) => {
    const text = `${shown}**Rating**: [[ 7 ]]`
    for (const size of [1, 4, 50]) expect(feed(`${text} 끝`, [size], { stopAtRating: true }).text).toBe(text)
  })

  it('lets out what is attached to shown text, and not what belongs to a stop string', () => {
    const { attached } = feed('가나다STOP', [3], { stops: ['STOP'] })
    expect(attached).toEqual([0, 1, 2])
    expect(feed('가나', [1], {}).attached).toEqual([0, 1, 2, 3, 4, 5])
  })
})
