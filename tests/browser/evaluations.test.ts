import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, picture, signIn } from './support/browser.ts'

inBrowser('an evaluation', (open, stage) => {
  async function start(question: string): Promise<string> {
    const response = await fetch(`${stage.base}/v1/evaluations?model=fragile-judge&name=test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/x-ndjson' },
      body: Array.from({ length: 8 }, (_, index) =>
        JSON.stringify({ id: `row-${index}`, question: `${question} ${index} ${Date.now()}`, answer: '답' }),
      ).join('\n'),
    })
    return ((await response.json()) as { id: string }).id
  }

  test('is stopped and taken up again from its page', async () => {
    const id = await start('SLOW')
    const page = await open()
    await signIn(page, stage, `/evaluations/${id}`)
    expect(await page.textContent('#run')).toContain(ko.evaluations.run.left)
    await page.click('form[action$="/cancel"] button')
    await page.waitForSelector('form[action$="/resume"]')
    expect(await page.textContent('h1')).toContain(ko.evaluations.statuses.cancelled)
    await picture(page, 'evaluation-stopped')
    await page.click('form[action$="/resume"] button')
    await page.waitForSelector('form[action$="/cancel"]')
    expect(await page.textContent('h1')).toContain(ko.evaluations.statuses.running)
    await page.click('form[action$="/cancel"] button')
  })

  test('tells in the title how far it is, and that it has ended', async () => {
    const id = await start('TITLE')
    const page = await open()
    await signIn(page, stage, `/evaluations/${id}`)
    await page.waitForSelector('h1 .tag.good', { timeout: 30_000 })
    // the tab was being looked at: nothing is left to be noticed, or it says so
    expect(await page.title()).toMatch(/^(✓ |\d+% · )?test/)
    const slow = await start('SLOW')
    await page.goto(`/evaluations/${slow}`)
    await expect.poll(() => page.title(), { timeout: 10_000 }).toMatch(/^\d+% · test/)
    await page.click('form[action$="/cancel"] button')
    await page.waitForSelector('form[action$="/resume"]')
  })

  test('that no node judges for a minute says so on the open page', async () => {
    const id = await start('SLOW')
    const page = await open()
    await page.clock.install()
    await signIn(page, stage, `/evaluations/${id}`)
    const notice = page.locator('#delay')
    expect(await notice.textContent()).toBe('')
    await page.clock.fastForward(70_000)
    await expect.poll(() => notice.textContent(), { timeout: 10_000 }).toBe(ko.evaluations.run.stalled)
    await page.click('form[action$="/cancel"] button')
  })

  const file = (name: string, answers: string[], mark: string) => ({
    name: `${name}.jsonl`,
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(
      answers
        .map((answer, index) =>
          JSON.stringify({ id: `q${index}`, question: `질문 ${index} ${mark}`, answer }),
        )
        .join('\n'),
    ),
  })

  test('several files in one drop are one evaluation each, compared as a matrix', async () => {
    const page = await open()
    await signIn(page, stage, '/evaluations')
    await page.selectOption('#model', 'fragile-judge')
    const mark = String(Date.now())
    const files = ['alpha', 'beta', 'gamma'].map((name) => file(name, [`${name} 하나`, `${name} 둘`], mark))
    await page.setInputFiles('#files', files)
    await page.click('#check')
    await page.waitForSelector('#start:not([hidden])')
    expect(await page.locator('#preview-facts h4').allTextContents()).toEqual(files.map(({ name }) => name))
    await picture(page, 'upload-several')
    await page.click('#start')
    await page.waitForURL('**/comparison?*')
    await expect
      .poll(
        async () => {
          await page.reload()
          return page.locator('.notice.careful').count()
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(0)
    expect(await page.locator('tbody th').allTextContents()).toEqual(['alpha', 'beta', 'gamma'])
    // every judgment is 8: no difference between any two
    expect(await page.locator('tbody a').allTextContents()).toEqual(Array(6).fill('0.00'))
    await picture(page, 'comparison-matrix')
    await page.locator('tbody a').first().click()
    await page.waitForURL('**/compare?*')
    expect(await page.textContent('main')).toContain('alpha')
    // ties open with both answers side by side
    await page.click('a[href*="outcome=tie"]')
    await page.waitForURL('**/compare/rows?*')
    expect(await page.locator('.side-by-side article').count()).toBe(4)
    expect(await page.textContent('main')).toContain('alpha 하나')
    expect(await page.textContent('main')).toContain('beta 하나')
    await picture(page, 'comparison-rows')
  })

  test('leaves as a ZIP file and comes back by the same form, marked as imported', async () => {
    const page = await open()
    const mark = String(Date.now())
    const response = await fetch(`${stage.base}/v1/evaluations?model=fragile-judge&name=moved`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/x-ndjson' },
      body: file('moved', ['하나', '둘'], mark).buffer,
    })
    const { id } = (await response.json()) as { id: string }
    await signIn(page, stage, `/evaluations/${id}`)
    await page.waitForSelector('h1 .tag.good', { timeout: 30_000 })
    await page.reload()
    const download = page.waitForEvent('download')
    await page.click('a[href$="/export"]')
    const archive = await (await download).path()
    await page.click('a[href*="/evaluations/delete"]')
    await page.click('main form [type=submit]')
    await page.waitForURL('**/evaluations?deleted=1')

    await page.setInputFiles('#files', {
      name: 'moved.zip',
      mimeType: 'application/zip',
      buffer: readFileSync(archive),
    })
    await page.click('#check')
    await page.waitForSelector('#start:not([hidden])')
    expect(await page.textContent('#preview-facts')).toContain(ko.evaluations.upload.archive)
    await page.click('#start')
    await page.waitForURL('**/evaluations/evl_*')
    expect(page.url()).not.toContain(id)
    expect(await page.textContent('h1')).toContain(ko.evaluations.list.imported)
    expect(await page.textContent('.notice.careful')).toContain('가져온 평가입니다.')
    expect(await page.locator('form[action$="/resume"]').count()).toBe(0)
    await picture(page, 'evaluation-imported')
    await page.goto('/evaluations')
    expect(await page.locator('tbody tr').first().textContent()).toContain(ko.evaluations.list.imported)
  })

  test('its dataset is named at upload, found on the leaderboard and renamed', async () => {
    const page = await open()
    await signIn(page, stage, '/evaluations')
    await page.selectOption('#model', 'fragile-judge')
    const mark = `데이터셋 ${Date.now()}`
    await page.setInputFiles('#files', file('named', ['하나', '둘', '셋'], mark))
    await page.fill('#dataset_name', '처음 이름')
    await page.click('#check')
    await page.waitForSelector('#start:not([hidden])')
    expect(await page.textContent('#preview-facts')).toContain('처음 이름 (새 질문)')
    await page.click('#start')
    await page.waitForSelector('h1 .tag.good', { timeout: 30_000 })
    await page.click('.page-head a:text("처음 이름 v1")')
    await page.waitForURL('**/datasets/*')
    expect(await page.locator('tbody th').allTextContents()).toEqual(['named'])
    await page.fill('#name', '다음 이름')
    await page.click('form[action^="/datasets/"] button')
    await page.waitForSelector('h1:text("다음 이름 v1")')
    await picture(page, 'dataset')
    await page.click('a[href^="/leaderboard?dataset="]')
    await page.waitForURL('**/leaderboard?*')
    expect(await page.locator('h2').allTextContents()).toEqual(['다음 이름 v1'])
    expect(await page.inputValue('#dataset')).toBe('다음 이름')
    await picture(page, 'leaderboard-of-dataset')
    await page.goto('/datasets')
    expect(await page.textContent('main')).toContain('다음 이름 v1')
    expect(await page.textContent('main')).not.toContain('처음 이름')
    await picture(page, 'datasets')
  })

  test('of files that are wrong, each is named once with its first lines, in Korean', async () => {
    const page = await open()
    await signIn(page, stage, '/evaluations')
    await page.selectOption('#model', 'fragile-judge')
    const wrong = {
      name: 'wrong.jsonl',
      mimeType: 'application/x-ndjson',
      buffer: Buffer.from(Array.from({ length: 30 }, () => '{"question": 5}').join('\n')),
    }
    await page.setInputFiles('#files', [file('right', ['하나'], 'x'), wrong])
    await page.click('#check')
    await page.waitForSelector('#upload-problem .notice')
    expect(await page.locator('#upload-problem .notice').count()).toBe(1)
    const said = await page.textContent('#upload-problem')
    expect(said).toContain('wrong.jsonl')
    expect(await page.locator('#upload-problem li').count()).toBe(6)
    expect(said).toContain('1번째 줄')
    expect(said).not.toMatch(/[a-z]{4,} [a-z]{3,} [a-z]{3,}/)
    await picture(page, 'upload-wrong')
  })

  test.each(['ko', 'en'] as const)('its HTML report opens with its styles, in %s', async (language) => {
    const id = await start('REPORT')
    const page = await open()
    await signIn(page, stage, `/evaluations/${id}`)
    await page.goto(`/evaluations/${id}?lang=${language}`)
    await page.waitForSelector('h1 .tag.good', { timeout: 30_000 })
    const link = await page.getAttribute('a[href*="format=html"]', 'href')
    const answer = await page.goto(link!)
    expect([answer?.status(), answer?.headers()['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await page.getAttribute('html', 'lang')).toBe(language)
    const padding = await page.locator('main').evaluate((main) => getComputedStyle(main).paddingTop)
    expect(padding).toBe('24px')
    // an address that is pasted opens too, and asks to sign in where nobody is signed in
    const address = page.url()
    await page.goto(address)
    expect(await page.getAttribute('html', 'lang')).toBe(language)
    await picture(page, `report-${language}`)
    await page.context().clearCookies()
    await page.goto(address)
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    expect(await page.inputValue('[name=next]')).toContain('/report?format=html')
  })
})
