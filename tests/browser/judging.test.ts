import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { ko as messages } from '../../schema/messages/ko.ts'
import { inBrowser, picture, releaseAnswers, signIn } from './support/browser.ts'

inBrowser('the playground', (open, stage) => {
  async function ask(question: string) {
    const page = await open()
    await signIn(page, stage)
    await page.selectOption('#model', 'fragile-judge')
    await page.fill('#question_1', `${question} ${Date.now()}`)
    await page.fill('#answer_1', '답입니다.')
    await page.click('#judge [type=submit]')
    return page
  }

  test('shows the explanation while it is written, then the rating on the dial', async () => {
    const page = await ask('PAUSE')
    await page.waitForSelector('#result-writing:not([hidden])')
    await releaseAnswers(stage)
    await page.waitForSelector('#result-card .judgment')
    expect(await page.textContent('#result-card .dial .rating')).toBe('8')
    expect(await page.getAttribute('#result-card .dial', 'aria-label')).toBe(ko.judge.ratingLabel(8))
    expect(await page.textContent('#result-card [data-slot=explanation]')).toBe('질문에 맞는 답입니다.')
    expect(await page.isVisible('#result-writing')).toBe(false)
  })

  test('judges several samples at once, and a judgment is opened, replayed and taken up again', async () => {
    const page = await open()
    await signIn(page, stage)
    const question = `표본 ${Date.now()}`
    await page.selectOption('#model', 'fragile-judge')
    await page.fill('#question_1', question)
    await page.fill('#answer_1', '답입니다.')
    await page.click('#judge details summary')
    await page.fill('#n', '2')
    expect(await page.textContent('#call-curl')).not.toContain('"stream"')
    await page.selectOption('#protocol', 'simple-keval')
    expect(await page.textContent('#call-curl')).toContain('"protocol": "simple-keval"')
    await page.click('#judge [type=submit]')
    await page.waitForSelector('#result-ratings')
    expect(await page.locator('#result-card .judgment').count()).toBe(2)
    expect(await page.textContent('#result-ratings')).toContain('8 · 8')
    expect(await page.textContent('#result-ratings')).toMatch(/평균\s*8\.00/)
    await page.locator('#result-card [data-slot=open]').first().click()
    await page.waitForURL('**/judgments/*')
    expect(await page.textContent('.quoted')).toContain(question)
    await page.click('form[action$="/replay"] button')
    await page.waitForURL('**/replay')
    expect(await page.textContent('[role=status]')).toContain(ko.judgments.outcomes.identical)
    expect(await page.textContent('[role=status]')).toContain(ko.judgments.weights.unknown)
    await picture(page, 'judgment-replayed')
    await page.click('a[href^="/judge?from="]')
    await page.waitForURL('**/judge?from=*')
    expect(await page.inputValue('#question_1')).toBe(question)
    expect(await page.inputValue('#protocol')).toBe('simple-keval')
  })

  test('is sent by Ctrl+Enter, and reading goes on at the answer', async () => {
    const page = await open({ timezoneId: 'America/New_York' })
    await signIn(page, stage)
    await page.selectOption('#model', 'fragile-judge')
    await page.selectOption('#example', 'twoTurns')
    expect(await page.isVisible('#turn-2')).toBe(true)
    await page.selectOption('#example', 'steering')
    expect(await page.isVisible('#turn-2')).toBe(false)
    await page.fill('#question_1', `단축키 ${Date.now()}`)
    await page.press('#answer_1', 'Control+Enter')
    await page.waitForSelector('#result-card .judgment')
    expect(await page.textContent('#result-card')).toContain(messages.rating_in_answer)
    await page.focus('#answer_1')
    await page.click('#judge [type=submit]')
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('result-title')
    // in the zone of whoever reads
    await page.click('#result-card summary')
    expect(await page.textContent('#result-card time')).toMatch(/GMT-[45]|E[SD]T/)
    await picture(page, 'judge-answered')
  })

  test('keeps what was typed when the session has ended, and leads back to it', async () => {
    const page = await open()
    await signIn(page, stage)
    const question = `초안 ${Date.now()}`
    await page.selectOption('#model', 'fragile-judge')
    await page.fill('#question_1', question)
    await page.fill('#answer_1', '답')
    await page.context().clearCookies()
    await page.click('#judge [type=submit]')
    await page.waitForSelector('#result-problem a')
    await page.click('#result-problem a')
    await page.fill('#credential', stage.key)
    await page.click('main [type=submit]')
    await page.waitForURL('**/judge')
    expect(await page.inputValue('#question_1')).toBe(question)
    // and is forgotten with the session
    await page.click('form[action="/sign-out"] button')
    await page.waitForURL('**/sign-in*')
    await signIn(page, stage)
    expect(await page.inputValue('#question_1')).toBe('')
  })

  test('is found again in the history by a part of the question, rating and day', async () => {
    const word = `낱말${Date.now()}`
    await ask(`검색할${word}입니다`).then((page) => page.waitForSelector('#result-card .judgment'))
    const page = await open({ locale: 'en-GB' })
    await signIn(page, stage, '/judgments')
    await page.fill('#search', word)
    await page.fill('#min_rating', '8')
    await page.fill('#to', '2090-01-01')
    await page.click('.filter-grid [type=submit]')
    expect(await page.locator('tbody tr').count()).toBe(1)
    await picture(page, 'history-found')
    await page.fill('#max_rating', '9')
    await page.fill('#from', '2090-01-01')
    await page.click('.filter-grid [type=submit]')
    await page.waitForSelector('.empty')
  })

  test('says what it waits for when the node is slow, and stops when told to', async () => {
    const page = await ask('SLOW')
    await page.waitForFunction(
      (texts) => texts.some((text) => document.querySelector('#result-waiting')?.textContent?.includes(text)),
      [ko.judge.result.connecting, ko.judge.result.waiting],
    )
    await page.click('#stop')
    await page.waitForSelector('#result-problem .notice')
    expect(await page.textContent('#result-problem')).toContain(ko.judge.result.stopped)
    expect(await page.isEnabled('#judge [type=submit]')).toBe(true)
  })

  test('never shows a broken answer as a judgment', async () => {
    const page = await ask('BREAK')
    await page.waitForSelector('#result-problem .notice')
    expect(await page.locator('#result-card .judgment').count()).toBe(0)
    expect(await page.textContent('#result-problem')).toContain(ko.judge.result.broken)
    await picture(page, 'judge-broken')
  })

  test('puts problems beside the fields', async () => {
    const page = await open()
    await signIn(page, stage)
    await page.click('#judge [type=submit]')
    await page.waitForSelector('#question_1-problem:not([hidden])')
    expect(await page.getAttribute('#question_1', 'aria-invalid')).toBe('true')
    expect(await page.textContent('#question_1-problem')).toBe(messages.empty)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('question_1')
  })

  test('says in Korean what the node says of the small model, and in English to others', async () => {
    const page = await open()
    await signIn(page, stage)
    const said = await page.textContent('#judge')
    expect(said).toContain('keval이 아닌')
    expect(said).not.toContain('do not rely')
    await page.goto('/judge?lang=en')
    expect(await page.textContent('#judge')).toContain('do not rely on its ratings')
  })

  test('shows the same call for curl, the OpenAI client and the command', async () => {
    const page = await open()
    await signIn(page, stage)
    await page.fill('#question_1', "It's 'quoted'")
    await page.fill('#answer_1', '답')
    expect(await page.textContent('#call-curl')).toContain(`It'\\''s`)
    expect(await page.textContent('#call-openai')).toContain(`"It's 'quoted'"`)
    expect(await page.textContent('#call-keval')).toContain('keval judge')
    for (const client of ['curl', 'openai', 'keval']) {
      expect(await page.textContent(`#call-${client}`)).not.toContain(stage.key)
    }
  })
})
