import { expect, test } from 'vitest'
import { getTexts } from '../../gateway/console/texts/texts.ts'
import { inBrowser, linkFromMail, picture, signInAsOperator } from './support/browser.ts'

inBrowser('from the form to the first judgment', (open, stage) => {
  for (const language of ['ko', 'en'] as const) {
    test(`in ${language}`, async () => {
      const t = getTexts(language)
      const page = await open({ locale: language === 'ko' ? 'ko-KR' : 'en-GB' })
      const address = `${language}-${Date.now()}@example.org`

      await page.goto('/apply')
      expect(await page.textContent('h1')).toBe(t.apply.title)
      // nothing filled in: the problems stand beside the fields, in the reader's language
      await page.click('#next')
      expect(await page.textContent('#name-problem')).toBe(t.apply.invalid.missing)
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('name')

      await page.fill('#name', '김하늘')
      // what can be known to be wrong is said in its own step
      await page.fill('#email', 'haneul@localhost')
      await page.fill('#date_of_birth', `${new Date().getFullYear() - 3}-01-01`)
      await page.click('#next')
      expect(await page.textContent('#email-problem')).toBe(t.apply.invalid.email)
      expect(await page.textContent('#date_of_birth-problem')).toBe(t.apply.invalid.age)
      // a person on their own has no company, and no position in it
      await page.check('#affiliation-individual')
      expect(await page.isVisible('#position')).toBe(false)
      await page.check('#affiliation')
      await page.fill('#date_of_birth', '1990-02-03')
      await page.fill('#company', '하늘 연구소')
      await page.fill('#position', '연구원')
      await page.fill('#email', address)
      await page.fill('#phone', '010-1234-5678')
      await page.click('#next')
      await page.check('#purpose')
      await page.fill('#model', 'keval-2-9b')
      await page.fill('#reason', '한국어를 이해합니다')
      await page.fill('#objectives', '모델 비교')
      // a reload loses nothing
      await page.reload()
      expect(await page.inputValue('#objectives')).toBe('모델 비교')
      expect(await page.isVisible('#objectives')).toBe(true)
      await page.click('#next')
      await page.fill('#use_cases', '번역 평가')
      // refused by the server, not by the page
      await page.fill('#security_plan', '담당자 900101-1234567')
      await page.click('#next')
      await page.check('#consent_review')
      await page.check('#consent_overseas')
      await page.click('#submit')
      await page.waitForSelector('#problems')
      expect(await page.isVisible('#security_plan')).toBe(true)
      expect(await page.isVisible('#security_plan-problem')).toBe(true)
      await page.fill('#security_plan', '사내에만 저장')
      await page.click('#next')
      await picture(page, `apply-consent-${language}`)
      await page.click('#submit')
      await page.waitForURL('**/status?new')
      expect(await page.textContent('h1')).toBe(t.status.names.submitted)
      expect(await page.textContent('#status-token')).toMatch(/^kst_/)

      await page.goto(await linkFromMail(stage.outbox, address, 'verify'))
      expect(new URL(page.url()).hash).toBe('')
      await page.click('#link-button')
      await page.waitForSelector('#link-done:not([hidden])')
      await page.goto('/status')
      expect(await page.textContent('h1')).toBe(t.status.names.verified)
      const id = (await page.textContent('.facts code'))!.trim()

      const reviewer = await open({ locale: language === 'ko' ? 'ko-KR' : 'en-GB' })
      await signInAsOperator(reviewer, stage)
      await reviewer.goto(`/operator/applications/${id}`)
      expect(await reviewer.textContent('main')).not.toContain('김하늘')
      await reviewer.fill('#reason', '소속 확인')
      await reviewer.click('form[action$="/reveal"] button')
      expect(await reviewer.textContent('main')).toContain('김하늘')
      await reviewer.goto(`/operator/applications/${id}`)
      await reviewer.fill('#question', '얼마나 판정하나요?')
      await reviewer.click('form[action$="/request-info"] button')

      await page.goto('/status')
      expect(await page.textContent('main')).toContain('얼마나 판정하나요?')
      await page.fill('#answer', '한 달에 천 건입니다')
      await page.click('form[action="/status/answer"] button')
      await page.waitForURL('**/status?done=answered')

      await reviewer.goto(`/operator/applications/${id}`)
      expect(await reviewer.textContent('main')).toContain('한 달에 천 건입니다')
      await reviewer.click('form[action$="/approve"] button')
      await reviewer.waitForURL('**?done')
      await picture(reviewer, `operator-application-${language}`)

      await page.goto(await linkFromMail(stage.outbox, address, 'claim'))
      await page.click('#link-button')
      await page.waitForSelector('#link-done:not([hidden])')
      expect((await page.textContent('#key'))!.replaceAll(/\s/g, '')).toMatch(/^kev_live_\w{36}$/)
      const { judge, evaluate } = t.account.keys.scopeNames
      expect(await page.textContent('[data-slot=scopes]')).toContain(`${judge}, ${evaluate}`)
      await picture(page, `claim-${language}`)
      await page.click('form[action="/sign-in"] button')
      await page.waitForURL('**/judge')

      await page.selectOption('#model', 'keval-mini')
      await page.fill('#question_1', '1 더하기 1은 얼마인가요?')
      await page.fill('#answer_1', '2입니다.')
      await page.click('#judge [type=submit]')
      await page.waitForSelector('#result-card .judgment')
      expect(await page.textContent('#result-card [data-slot=source]')).toBe(t.judge.card.sources.node)
      // what has no rating is not cached: the repeat goes to a judge that always gives one
      await page.selectOption('#model', 'fragile-judge')
      for (const source of [t.judge.card.sources.node, t.judge.card.sources.cache]) {
        await page.click('#judge [type=submit]')
        await page.waitForFunction(
          ([model, source]) =>
            document.querySelector('#result-card [data-slot=model]')?.textContent === model &&
            document.querySelector('#result-card [data-slot=source]')?.textContent === source,
          ['fragile-judge', source],
        )
      }
      await picture(page, `judge-${language}`)
    })
  }
})
