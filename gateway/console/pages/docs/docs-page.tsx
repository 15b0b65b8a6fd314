import { raw } from 'hono/html'
import { CopiedCode } from '../../components/copied.tsx'
import { Page } from '../../components/page.tsx'
import type { View } from '../../view.ts'
import { firstCall } from '../start/first-call.ts'
import { type OpenApiDocument, operationsByGroup, toAnchor } from './document.ts'
import { localizeDocument } from './localize-document.ts'
import { OperationEntry } from './operation.tsx'

interface DocsPageProps {
  view: View
  origin: string
  /** The model of the sample call. */
  model: string
  document: OpenApiDocument
}

export function DocsPage({ view, origin, model, document }: DocsPageProps) {
  const { t } = view
  const filled = [...operationsByGroup(document)].filter(([, operations]) => operations.length > 0)
  return (
    <Page view={view} title={t.docs.title} scripts={['copy.js']}>
      <div class="page-head">
        <h1>{t.docs.title}</h1>
        <p>
          {t.docs.lead} <a href="/openapi.json">openapi.json</a>
        </p>
      </div>
      <div class="columns with-index">
        <nav class="beside" aria-label={t.docs.contents}>
          <ul class="index">
            <li>
              <a href="#first-call-title">{t.docs.firstCall}</a>
            </li>
            <li>
              <a href="#failures">{t.docs.failures}</a>
            </li>
          </ul>
          {filled.map(([group, operations]) => (
            <details open={group === 'judge'}>
              <summary class="small">{t.docs.groups[group]}</summary>
              <ul class="index">
                {operations.map((operation) => (
                  <li>
                    <a href={`#${toAnchor(operation)}`}>
                      {operation.method} {operation.path}
                    </a>
                  </li>
                ))}
              </ul>
            </details>
          ))}
        </nav>
        <div class="stack">
          <h2 id="first-call-title">{t.docs.firstCall}</h2>
          <p>{t.docs.firstCallText}</p>
          <CopiedCode t={t} id="first-call" code={firstCall(origin, model)} />
          <h2 id="failures">{t.docs.failures}</h2>
          <p>
            {t.docs.failuresText} <a href="/docs/errors">{t.docs.failuresLink}</a>
          </p>
          <Operations view={view} document={document} />
        </div>
      </div>
    </Page>
  )
}

/** The list of operations by language: it takes a tenth of a second to render and never changes. */
const rendered = new Map<string, string>()

async function Operations({ view, document }: Pick<DocsPageProps, 'view' | 'document'>) {
  const { t, language } = view
  let html = rendered.get(language)
  if (html === undefined) {
    const localized = localizeDocument(document, language)
    const groups = [...operationsByGroup(localized)].filter(([, operations]) => operations.length > 0)
    const parts = groups.map(([group, operations]) => (
      <>
        <h2 id={group}>{t.docs.groups[group]}</h2>
        {operations.map((operation) => (
          <OperationEntry t={t} operation={operation} document={localized} />
        ))}
      </>
    ))
    html = (await Promise.all(parts.map(async (part) => (await part).toString()))).join('')
    rendered.set(language, html)
  }
  return raw(html)
}
