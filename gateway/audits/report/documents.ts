import type { AuditComparison, AuditExample, AuditReport } from '../../../schema/api/audits.ts'
import type { AuditTexts } from '../../../schema/report/audit/en.ts'
import { buildAuditComparisonTables, buildAuditTables } from '../../../schema/report/audit/tables.ts'
import { toProbeTitle } from '../../../schema/report/audit/texts.ts'
import { decimal, percent } from '../../../schema/report/table.ts'
import { escapeHtml } from '../../evaluations/report/escape.ts'
import { htmlPage } from '../../evaluations/report/html-page.ts'
import { tableMarkdown, text } from '../../evaluations/report/markdown.ts'

const toHead = ({ audit }: AuditReport, { head }: AuditTexts) =>
  head(audit.model, audit.rows, audit.file_rows, audit.repeats)

/** The sections that follow the summary if there is a baseline. */
const toNotes = ({ summary, drift }: AuditReport, { falseAlarm }: AuditTexts) =>
  drift === null ? summary : [...summary, falseAlarm(percent(drift.false_alarm))]

/** The report as Markdown. */
export function auditMarkdown(report: AuditReport, texts: AuditTexts): string {
  const examples = report.probes.flatMap(({ probe, worst }) =>
    worst.flatMap((one) => exampleMarkdown(toProbeTitle(probe, texts), one, texts)),
  )
  return [
    `# ${text(texts.title(report.audit.name))}`,
    '',
    `${text(toHead(report, texts))} · ${report.audit.id}`,
    '',
    `## ${text(texts.use)}`,
    '',
    ...toNotes(report, texts).map((line) => `- ${text(line)}`),
    ...buildAuditTables(report, texts).flatMap(tableMarkdown),
    ...(examples.length === 0 ? [] : ['', `## ${text(texts.examples)}`, ...examples]),
    '',
  ].join('\n')
}

function exampleMarkdown(title: string, example: AuditExample, texts: AuditTexts): string[] {
  const { row_id, question, original, variant } = example
  const cells = (name: string, first: string, second: string) =>
    `| ${[name, first, second].map(text).join(' | ')} |`
  return [
    '',
    `### ${text(`${title} · ${texts.row} ${row_id}`)}`,
    '',
    text(question),
    '',
    cells('', texts.original, texts.variant),
    '| --- | --- | --- |',
    cells(texts.rating, decimal(original.rating), decimal(variant.rating)),
    cells('', original.answer, variant.answer),
    cells(texts.explanation, original.explanation ?? texts.none, variant.explanation ?? texts.none),
  ]
}

/** The report as one page that needs nothing else. */
export function auditHtml(report: AuditReport, texts: AuditTexts): string {
  const examples = report.probes.flatMap(({ probe, worst }) =>
    worst.map((one) => exampleHtml(toProbeTitle(probe, texts), one, texts)),
  )
  return htmlPage({
    language: texts.language,
    title: texts.title(report.audit.name),
    lead: `${escapeHtml(toHead(report, texts))} · <code>${escapeHtml(report.audit.id)}</code><br><strong>${escapeHtml(texts.use)}</strong>`,
    notes: toNotes(report, texts),
    plots: [],
    tables: buildAuditTables(report, texts),
    end: examples.length === 0 ? '' : `<h2>${escapeHtml(texts.examples)}</h2>${examples.join('')}`,
  })
}

function exampleHtml(title: string, example: AuditExample, texts: AuditTexts): string {
  const { row_id, question, original, variant } = example
  const side = (name: string, { answer, rating, explanation }: AuditExample['original']) =>
    `<div style="flex:1 1 20rem;min-width:0"><h4>${escapeHtml(name)} · ${escapeHtml(texts.rating)} ${escapeHtml(decimal(rating))}</h4>${block(answer)}<p>${escapeHtml(texts.explanation)}</p>${block(explanation ?? texts.none)}</div>`
  return `<details><summary>${escapeHtml(`${title} · ${texts.row} ${row_id} · ${decimal(original.rating)} → ${decimal(variant.rating)}`)}</summary><p>${escapeHtml(texts.question)}</p>${block(question)}<div style="display:flex;flex-wrap:wrap;gap:1rem">${side(texts.original, original)}${side(texts.variant, variant)}</div></details>`
}

const block = (words: string) =>
  `<pre style="white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);padding:.5rem">${escapeHtml(words)}</pre>`

const toComparisonTitle = ({ first, second }: AuditComparison, { comparison }: AuditTexts) =>
  comparison(first.model, second.model)

/** The comparison as Markdown. */
export function auditComparisonMarkdown(compared: AuditComparison, texts: AuditTexts): string {
  return [
    `# ${text(toComparisonTitle(compared, texts))}`,
    '',
    `${compared.first.id} · ${compared.second.id}`,
    ...buildAuditComparisonTables(compared, texts).flatMap(tableMarkdown),
    '',
  ].join('\n')
}

/** The comparison as one page that needs nothing else. */
export const auditComparisonHtml = (compared: AuditComparison, texts: AuditTexts): string =>
  htmlPage({
    language: texts.language,
    title: toComparisonTitle(compared, texts),
    lead: `<code>${escapeHtml(compared.first.id)}</code> · <code>${escapeHtml(compared.second.id)}</code>`,
    notes: [],
    plots: [],
    tables: buildAuditComparisonTables(compared, texts),
  })
