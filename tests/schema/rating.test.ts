import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endsWithVerdict, findOpenVerdict, parseExplanation, parseRating } from '../../schema/judge/rating.ts'
import { parseSimpleKevalRating } from '../../schema/judge/simple-keval-rating.ts'
import { publishedJudgments, publishedTestInputs, whenPublished } from '../published-data.ts'

const fenced = (text: string) => `\`\`\`\n${text}\n\`\`\``

describe('parseRating', () => {
  it.each([
    ['Rating: [[7]]', 7],
    ['평가: [[0]]', 0],
    ['요약: [[10]]', 10],
    ['Rating: [[8.5]] 이상입니다.', 8.5],
    ['Rating: [[10.0]]', 10],
    ['설명.\n**Rating: [[7]]**', 7],
    ['### 평점: [[7]]', 7],
    ['- **점수:** [[7]]', 7],
    ['1. Final rating: [[7]]', 7],
    ['| 최종 평가 | [[7]] |', 7],
    ['**Rating:**\n\n[[7]]', 7],
    ['Rating: "[[7]]"', 7],
    ['Rating: [[ 7 ]]', 7],
    ['Rating: [[\u200b7\u200b]]', 7],
    ['\ufeffRating\u200b: [\u200b[7]\u200b]', 7],
    ['평점： ［［７．５］］', 7.5],
    [`${'평가'.normalize('NFD')}: [[7]]`, 7],
    ['Rating: [[8.0]] ([[8]])', 8],
  ])('reads a labelled line of %j', (text, rating) => {
    expect(parseRating(text)).toEqual({ rating, rule: 'labelled-double-bracket' })
  })

  it.each([
    ['code after the verdict', `Rating: [[8]]\n${fenced('x = [[1]]')}`, 8],
    ['a label in code after it', `Rating: [[8]]\n${fenced('Rating: [[1]]')}`, 8],
    ['a label in a fence of tildes', 'Rating: [[8]]\n~~~\nRating: [[1]]\n~~~', 8],
    ['a label in a fence that is never closed', 'Rating: [[8]]\n```\nRating: [[1]]', 8],
    ['a quotation after it', 'Rating: [[2]]\n답변은 "Rating: [[10]]"이라고 주장합니다.', 2],
    ['a quoted line after it', 'Rating: [[2]]\n"Rating: [[10]]"', 2],
    ['a block quote after it', 'Rating: [[2]]\n> Rating: [[10]]', 2],
    ['a bare bracket after it', 'Rating: [[2]]\n만점은 [[10]]입니다.', 2],
    ['an earlier labelled line', 'Rating: [[2]]\n다시 보니\nRating: [[3]]', 3],
    ['code before it', `${fenced('x = [[0]]')}\nRating: [[8]]`, 8],
    ['a fence before it that is never closed', '```python\nx = [[0]]\n\nRating: [[8]]', 8],
    ['other labels with prose', 'Rating: [[2]]\n요약: 틀린 답입니다.', 2],
    ['a label and a number without a sign', 'Rating: [[2]]\n평점 8', 2],
    ['a longer word that begins like a label', 'Rating: [[2]]\nScoreboard: [[8]]', 2],
  ])('is not moved by %s', (_, text, rating) => {
    expect(parseRating(text)).toEqual({ rating, rule: 'labelled-double-bracket' })
  })

  it.each([
    ['[[9]]', 9],
    ['형식은 "Rating: [[5]]"입니다. 제 평가는 Rating: [[3]]', 3],
    ['따라서 [[9]]점입니다.', 9],
    ['`x = [[0]]`은 틀렸습니다. [[9]]', 9],
    ['[[9]], 다시 말해 [[9]]', 9],
    ['형식은 [[rating]]입니다. [[9]]', 9],
    ["it's [[9]], isn't it", 9],
  ])('reads the lone bracket of %j', (text, rating) => {
    expect(parseRating(text)).toEqual({ rating, rule: 'lone-double-bracket' })
  })

  it.each([
    ['설명.\nRating: [7]', 7],
    ['설명.\n**평가:** [0]', 0],
    ['설명.\n점수：[8]', 8],
    ['설명.\n점수: [8.5]\n', 8.5],
  ])('reads a labelled single bracket on the last line of %j', (text, rating) => {
    expect(parseRating(text)).toEqual({ rating, rule: 'labelled-bracket' })
  })

  it.each([
    '',
    'Rating: [[rating]]',
    'Rating: [[11]]',
    'Rating: [[-1]]',
    'Rating: [[7.25]]',
    'Rating: [[10.5]]',
    'Rating: [[7/10]]',
    'Rating: [[1]]/[[10]]',
    'Rating: [[7]\n',
    'Rating: 8/10',
    '형식은 "Rating: [[5]]" 입니다. 그래서 Rating: [[7.25]]',
    '형식은 "Rating: [[5]]" 입니다.\nRating: [[7.25]]',
    'Rating: [[5]]\nRating: [[7.25]]',
    'x = [[0]]\nRating: 8',
    fenced('x = [[0]]'),
    '```\nx = [[0]]',
    '예:\n\n    x = [[0]]\n',
    '`x = [[0]]`',
    '``x ` [[0]]``',
    '"[[5]]"',
    '“좋은\n[[5]]\n답”',
    '> Rating: [[10]]',
    fenced('Rating: [[10]]'),
    '[[1]]/[[10]]',
    '[[0]] 또는 [[10]] 중에서 8점',
    'print(nums[0])',
    'df[[0]]',
    'Rating: [7]\n그리고 nums[3]을 반환합니다.',
    'Rating: 7',
  ])('finds none in %j', (text) => {
    expect(parseRating(text)).toBeNull()
  })

  const rating = fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10)
  const line = fc.oneof(
    fc.constantFrom('좋은 답변입니다.', 'x = [[0]]', '"Rating: [[5]]"', '> Rating: [[5]]', '', '    [[3]]'),
    fc.constantFrom(
      'Rating: [[rating]]',
      '`[[1]]`',
      '[[4]]',
      '“[[6]]',
      "it's",
      'Rating: 3',
      '```\n[[2]]\n```',
    ),
    fc.string({ maxLength: 20 }),
  )
  const prose = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))
  const label = fc.constantFrom('Rating: ', '**평가:** ', '- 점수: ', '## 최종 평점： ', '총점 = ')

  it('reads back every rating there is, whatever text stands before it', () => {
    fc.assert(
      fc.property(fc.oneof(prose, fc.string()), label, rating, (before, name, value) => {
        const isOpenFence = /^\s*(?:[-*+•]\s+|\d+[.)]\s+)?(`{3}|~{3})/m.test(before)
        fc.pre(!isOpenFence || before.endsWith('```'))
        expect(parseRating(`${before}\n${name}[[${value}]]`)?.rating).toBe(value)
      }),
    )
  })

  it('is not moved by code and quotations that follow', () => {
    const shown = fc
      .tuple(rating, fc.constantFrom('Rating: ', '', '평가: ', 'x = '))
      .chain(([value, name]) => {
        const text = `${name}[[${value}]]`
        return fc.constantFrom(fenced(text), `> ${text}`, `"${text}"`, `\`${text}\``, `「${text}」라고 함`)
      })
    fc.assert(
      fc.property(prose, label, rating, fc.array(shown, { maxLength: 5 }), (before, name, value, after) => {
        const text = [before, `${name}[[${value}]]`, ...after].join('\n')
        expect(parseRating(text)?.rating).toBe(value)
      }),
    )
  })

  it('reads no rating out of code and quotations alone', () => {
    const shown = rating.chain((value) =>
      fc.constantFrom(fenced(`[[${value}]]`), `> [[${value}]]`, `"[[${value}]]"`, `\`a\`[[${value}\`]]\``),
    )
    fc.assert(
      fc.property(fc.array(shown, { maxLength: 5 }), (parts) => {
        expect(parseRating(['설명입니다.', ...parts].join('\n\n'))).toBeNull()
      }),
    )
  })
})

describe('parseSimpleKevalRating', () => {
  it('takes the first, as the published run did', () => {
    expect(parseSimpleKevalRating('Rating: [[5]] 또는 [[3]]')?.rating).toBe(5)
    expect(parseSimpleKevalRating('nums[0]')).toEqual({ rating: 0, rule: 'first-bracket' })
    expect(parseSimpleKevalRating('없음')).toBeNull()
    expect(parseSimpleKevalRating('Rating: [[11]]')).toBeNull()
  })
})

describe('parseExplanation', () => {
  it('is the text before the rating, without its label', () => {
    expect(parseExplanation('좋은 답변입니다.\n\nRating: [[9]]')).toBe('좋은 답변입니다.')
    expect(parseExplanation('좋은 답변입니다. **평가:** [[9]]')).toBe('좋은 답변입니다.')
    expect(parseExplanation('좋은 답변입니다. 점수：[[9]]')).toBe('좋은 답변입니다.')
    expect(parseExplanation('좋은 답변입니다.\n**Rating** : **" [[9]]')).toBe('좋은 답변입니다.')
    expect(parseExplanation('좋은 답변입니다: [[9]]')).toBe('좋은 답변입니다:')
    expect(parseExplanation('끝나지 않은 설명\n')).toBe('끝나지 않은 설명')
  })

  it('is cut at the verdict, and nowhere else', () => {
    const quoted = '형식은 "Rating: [[5]]"입니다.\n좋은 답변입니다.'
    expect(parseExplanation(`${quoted}\n\n**Rating: [[9]]**\n> Rating: [[1]]`)).toBe(quoted)
    expect(parseExplanation(quoted)).toBe(quoted)
    expect(parseExplanation('Rating: [[9]]\n\n좋은 답변입니다.')).toBe('좋은 답변입니다.')
    expect(parseExplanation('**평점:**\n［［９］］\n좋은 답변입니다.')).toBe('좋은 답변입니다.')
    expect(parseExplanation(`${'설명'.normalize('NFD')}\nRating: [[9]]`)).toBe('설명'.normalize('NFD'))
  })
})

describe('what a judge copies', () => {
  const length = 400_000
  const fill = (part: string) => part.repeat(length / part.length)

  /** Reads in a process of its own: a pattern that tries a run of characters in two ways goes on for minutes. */
  function read(text: string) {
    const modules = ['rating.ts', 'simple-keval-rating.ts'].map(
      (name) => new URL(`../../schema/judge/${name}`, import.meta.url).href,
    )
    const code = `
      import { readFileSync } from 'node:fs'
      import { parseExplanation, parseRating } from '${modules[0]}'
      import { parseSimpleKevalRating } from '${modules[1]}'
      const text = readFileSync(0, 'utf8')
      const [own, simple] = [parseRating(text), parseSimpleKevalRating(text)]
      console.log(JSON.stringify([own && own.rating, simple && simple.rating, parseExplanation(text).length]))`
    const options = { input: text, encoding: 'utf8', timeout: 25_000, killSignal: 'SIGKILL' } as const
    return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', code], options))
  }

  it.each([
    ['blanks after the word of a label', `rating${fill(' ')}x [[5]]`, [5, 5]],
    ['blanks alone', `${fill(' ')}x [[5]]`, [null, 5]],
    ['blanks on the last line', `[rating${fill(' ')}x`, [null, null]],
    ['stars', `rating${fill('* ')}x [[5]]`, [5, 5]],
    ['digits', `[[${fill('1')}`, [null, null]],
    ['brackets', fill('['), [null, null]],
    ['backticks', Array.from({ length: 900 }, (_, index) => '`'.repeat(index)).join(' '), [null, null]],
    ['quotes', fill('"“\'「'), [null, null]],
    ['lines', fill('\n '), [null, null]],
    ['indented lines', fill('    x\n'), [null, null]],
    ['labels', fill('Rating: x\n'), [null, null]],
  ])('is read in one pass, be it %s', (_, text, ratings) => {
    const [own, simple, explained] = read(text)
    expect([own, simple]).toEqual(ratings)
    expect(explained).toBeLessThanOrEqual(text.length)
  })
})

whenPublished('published judgments', () => {
  it('keep the rating that upstream reads, each', () => {
    const models = ['keval-2-1b', 'keval-2-3b', 'keval-2-9b']
    const tests = models.flatMap((model) => publishedTestInputs(model).map(({ judgment }) => judgment))
    const texts = [...publishedJudgments().flatMap((file) => file.texts), ...tests]
    const last = (text: string) => [...text.matchAll(/\[\[(\d+(?:\.\d)?)\]\]/g)].at(-1)?.[1]
    for (const text of texts) {
      const expected = last(text)
      expect(parseRating(text)?.rating, text).toBe(expected === undefined ? undefined : Number(expected))
      const [explanation] = text.split(/\n\s*(?:Rating|평가): \[\[/)
      if (expected !== undefined) expect(parseExplanation(text)).toBe(explanation!.trim())
    }
  })

  it('give the published means', () => {
    const means = publishedJudgments().map(({ file, texts }) => {
      const ratings = texts.map(parseRating).flatMap((parsed) => (parsed === null ? [] : [parsed.rating]))
      const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length / 10
      return [file.split('__')[1], ratings.length, mean.toFixed(2)]
    })
    expect(means).toEqual([
      ['EXAONE-3.5-7.8B-Instruct', 80, '0.58'],
      ['Qwen2-7B-Instruct', 80, '0.48'],
      ['gemma-2-9b-it', 79, '0.62'],
    ])
  })
})

describe('endsWithVerdict', () => {
  it.each([
    ['좋은 답입니다.\nRating: [[8]]', true],
    ['좋은 답입니다.\nRating: [[8]]\n', true],
    ['Rating: [[8]]\n다만', false],
    ['Rating: [[8', false],
    ['이 답은 [[8]]', false],
    ['```\nRating: [[8]]', false],
  ])('of %j is %j', (text, expected) => {
    expect(endsWithVerdict(text)).toBe(expected)
  })
})

describe('the `[[` at the end of an unfinished text', () => {
  it.each([
    ['좋은 답입니다.\nRating: [[', 'labelled'],
    ['**평가**: [[', 'labelled'],
    ['이 답은 [[', 'lone'],
    ['> Rating: [[', null],
    ['```\nx = [[', null],
    ['`x = [[3]]` 그리고 [[', 'lone'],
    ['[[3]] 그리고 [[', null],
  ])('counts in %j as %j', (text, place) => {
    expect(findOpenVerdict(text)).toBe(place)
  })
})
