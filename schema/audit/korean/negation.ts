import { finalConsonant } from './syllable.ts'

/**
 * A statement in the formal style, denied: `X입니다` becomes `X이/가 아닙니다`, `있습니다` becomes `없습니다`,
 * `합니다` becomes `하지 않습니다`. Null where no rule fits.
 */
export function negate(sentence: string): string | null {
  const [, statement, end] = /^([\s\S]*?)([.!]?\s*)$/.exec(sentence)!
  const denied = deny(statement!)
  return denied === null ? null : denied + end
}

function deny(statement: string): string | null {
  if (/[이가] 아닙니다$/.test(statement)) return statement.replace(/[이가] 아닙니다$/, '입니다')
  if (/입니다$/.test(statement)) {
    const before = statement.replace(/입니다$/, '')
    const particle = subjectParticle(before)
    return particle === null ? null : `${before}${particle} 아닙니다`
  }
  if (/있습니다$/.test(statement)) return statement.replace(/있습니다$/, '없습니다')
  if (/없습니다$/.test(statement)) return statement.replace(/없습니다$/, '있습니다')
  if (/해야 합니다$/.test(statement)) return statement.replace(/해야 합니다$/, '하지 않아도 됩니다')
  if (/야 합니다$/.test(statement)) return null
  if (/합니다$/.test(statement)) return statement.replace(/합니다$/, '하지 않습니다')
  if (/됩니다$/.test(statement)) return statement.replace(/됩니다$/, '되지 않습니다')
  return null
}

function subjectParticle(before: string): string | null {
  const final = finalConsonant(before.at(-1) ?? '')
  if (final === null) return null
  return final === 0 ? '가' : '이'
}
