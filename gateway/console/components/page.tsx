import type { Child } from 'hono/jsx'
import type { View } from '../view.ts'
import { Brand } from './brand.tsx'
import { Navigation } from './navigation.tsx'
import { SessionTools } from './session-tools.tsx'

interface PageProps {
  view: View
  title: string
  /** Client scripts of this page, by file name. */
  scripts?: string[]
  /** Uses the whole window: texts stand side by side. */
  wide?: boolean
  children: Child
}

/** The frame of every page. */
export function Page({ view, title, scripts = [], wide = false, children }: PageProps) {
  const { t, language, assets } = view
  const other = language === 'ko' ? 'en' : 'ko'
  return (
    <html lang={language} data-theme={view.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={t.common.tagline} />
        <title>{`${title} · ${t.common.product}`}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={`${assets}/style.css`} />
        {['page.js', ...scripts].map((script) => (
          <script type="module" src={`${assets}/${script}`} />
        ))}
      </head>
      <body>
        <a class="skip" href="#content">
          {t.common.skip}
        </a>
        <header class="top">
          <div class="top-inner">
            <a class="brand" href="/">
              <Brand />
              {t.common.product}
            </a>
            <Navigation view={view} />
            <div class="top-tools">
              <a
                class="quiet"
                href={view.otherLanguage}
                lang={other}
                hreflang={other}
                title={t.common.otherLanguageHint}
              >
                {t.common.otherLanguage}
              </a>
              <button class="quiet" type="button" data-theme-switch aria-label={t.common.theme}>
                <ThemeMark />
              </button>
              <SessionTools view={view} />
            </div>
          </div>
        </header>
        <main id="content" class={wide ? 'wide' : undefined} tabindex={-1}>
          {children}
        </main>
        <footer class="foot">
          <div class="foot-inner">
            <span>{t.common.footer}</span>
            <nav class="row" aria-label={t.common.footerNavigation}>
              <a href="/privacy">{t.common.privacy}</a>
              {view.contact !== null && <a href={`mailto:${view.contact}`}>{t.common.contact}</a>}
              <a href="/docs">{t.common.nav.docs}</a>
              <a href="/openapi.json">{t.common.source}</a>
            </nav>
          </div>
        </footer>
      </body>
    </html>
  )
}

function ThemeMark() {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.6" />
      <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
    </svg>
  )
}
