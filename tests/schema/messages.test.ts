import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { renderFailure } from '../../schema/api/error-body.ts'
import { invalidRequest, reason } from '../../schema/api/errors.ts'
import { en } from '../../schema/messages/en.ts'
import { fieldErrors, problem, withMessage } from '../../schema/messages/field-errors.ts'
import { ko } from '../../schema/messages/ko.ts'
import { parseLanguage } from '../../schema/messages/language.ts'
import { isMessageCode, message, renderMessage } from '../../schema/messages/message.ts'

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort()
const codes = Object.keys(en).filter(isMessageCode)
const root = join(import.meta.dirname, '../..')

describe('the texts of messages', () => {
  it('exist in both languages, with the same parameters', () => {
    expect(Object.keys(ko).sort()).toEqual([...codes].sort())
    for (const code of codes) {
      expect(ko[code].trim(), code).not.toBe('')
      expect(placeholders(ko[code]), code).toEqual(placeholders(en[code]))
    }
  })

  it('are all used', () => {
    const files = execFileSync('git', ['ls-files', 'gateway', 'schema', 'inference-node', 'client'], {
      cwd: root,
      encoding: 'utf8',
    }).split('\n')
    const sources = files
      .filter((file) => /\.tsx?$/.test(file) && !/^schema\/messages\/(en|ko)(\.ts$|\/)/.test(file))
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n')
    // admission composes `tenant_…` and `key_…` from who is limited
    const isUsed = (code: string) =>
      sources.includes(`'${code}'`) || sources.includes(`\`\${who}_${code.replace(/^(tenant|key)_/, '')}\``)
    expect(codes.filter((code) => !isUsed(code))).toEqual([])
  })
})

describe('a message', () => {
  it('has its parameters filled in, and nothing that a parameter looks like', () => {
    const odd = message('unknown_plan', { plan: '{plan} $& __proto__' })
    expect(renderMessage(odd, 'en')).toBe('there is no plan "{plan} $& __proto__"')
    expect(renderMessage(odd, 'ko')).toBe('없는 요금제입니다: {plan} $& __proto__')
  })

  it('of a failure with wrong fields names them, at most five', () => {
    const errors = Array.from({ length: 7 }, (_, i) => ({ field: `f${i}`, code: 'required' as const }))
    expect(renderFailure(invalidRequest(errors.slice(0, 2)), 'en')).toBe('f0: is required; f1: is required')
    expect(renderFailure(invalidRequest(errors), 'ko')).toMatch(/f4: 필수 항목입니다\.; …$/)
    expect(renderFailure({ ...reason('no_key') }, 'ko')).toBe('이 ID의 키가 없습니다.')
  })
})

describe('the issues of zod', () => {
  const schema = z.strictObject({
    name: z.string().min(1).max(3),
    count: z.int().min(2).max(4).optional(),
    share: z.number().gt(0).lt(1).optional(),
    kind: z.enum(['a', 'b']).optional(),
    only: z.literal('x').optional(),
    list: z.array(z.string()).min(1).max(2).optional(),
    own: z
      .string()
      .refine((text) => text === 'y', problem('join_buffer_full', { maximum: 7 }))
      .optional(),
    told: z.string().min(2, withMessage('two_turns_exactly')).optional(),
    address: z.email().optional(),
  })
  it.each([
    [{}, 'name', 'required', undefined],
    [{ name: '' }, 'name', 'empty', undefined],
    [{ name: 'long' }, 'name', 'too_long', { maximum: 3 }],
    [{ name: 7 }, 'name', 'expected_string', undefined],
    [{ name: 'n', count: 1 }, 'count', 'at_least', { minimum: 2 }],
    [{ name: 'n', count: 9 }, 'count', 'at_most', { maximum: 4 }],
    [{ name: 'n', count: 2.5 }, 'count', 'expected_integer', undefined],
    [{ name: 'n', count: Number.NaN }, 'count', 'expected_number', undefined],
    [{ name: 'n', share: 0 }, 'share', 'above', { minimum: 0 }],
    [{ name: 'n', share: 1 }, 'share', 'below', { maximum: 1 }],
    [{ name: 'n', kind: 'c' }, 'kind', 'one_of', { options: 'a, b' }],
    [{ name: 'n', only: 'y' }, 'only', 'must_equal', { options: 'x' }],
    [{ name: 'n', list: [] }, 'list', 'too_few_items', { minimum: 1 }],
    [{ name: 'n', list: ['', '', ''] }, 'list', 'too_many_items', { maximum: 2 }],
    [{ name: 'n', list: [1] }, 'list.0', 'expected_string', undefined],
    [{ name: 'n', own: 'x' }, 'own', 'join_buffer_full', { maximum: 7 }],
    [{ name: 'n', told: 'x' }, 'told', 'two_turns_exactly', undefined],
    [{ name: 'n', address: 'x' }, 'address', 'format_email', undefined],
    [{ name: 'n', extra: 1 }, 'extra', 'unknown_field', undefined],
    [[], 'body', 'expected_object', undefined],
  ])('%j: %s %s', (value, field, code, params) => {
    const parsed = schema.safeParse(value)
    expect(fieldErrors(parsed.error!.issues)).toEqual([{ field, code, ...(params && { params }) }])
  })
})

describe('Accept-Language', () => {
  it.each([
    [undefined, 'en'],
    ['ko', 'ko'],
    ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    ['en;q=0.5, ko;q=0.9', 'ko'],
    ['fr, de', 'en'],
    ['ko;q=0, fr', 'en'],
  ])('%s is answered in %s', (header, language) => {
    expect(parseLanguage(header)).toBe(language)
  })
})
