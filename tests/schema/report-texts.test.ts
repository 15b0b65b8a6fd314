import { describe, expect, it } from 'vitest'
import { chooseReportLanguage, reportLanguages, reportTexts } from '../../schema/report/texts/languages.ts'

describe('the texts of a report', () => {
  it.each(reportLanguages)('are whole in %s', (language) => {
    const texts = reportTexts[language]
    expect(texts.language).toBe(language)
    expect(Object.keys(texts).sort()).toEqual(Object.keys(reportTexts.en).sort())
    for (const [key, text] of Object.entries(texts)) {
      if (typeof text === 'string') expect(text.trim(), key).not.toBe('')
    }
    expect(texts.underOther('simple-keval', '0.50', 'evl_1', '0.100')).toMatch(
      /simple-keval.*0\.50.*evl_1.*0\.100/,
    )
  })

  it('in Korean are Korean', () => {
    expect([reportTexts.ko.summary, reportTexts.ko.unclear].join()).toMatch(/^[^a-z]*\p{Script=Hangul}/u)
  })
})

describe('the language of a report', () => {
  it.each([
    ['ko', 'en', 'ko'],
    [undefined, null, 'en'],
    [undefined, 'ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    [undefined, 'fr, en;q=0.3, ko;q=0.7', 'ko'],
    [undefined, 'ko;q=0, en', 'en'],
    [undefined, 'ko;q=0', 'en'],
    [undefined, 'fr', 'en'],
  ] as const)('asked %s, accepting %s, is %s', (asked, accepted, language) => {
    expect(chooseReportLanguage(asked, accepted)).toBe(language)
  })
})
