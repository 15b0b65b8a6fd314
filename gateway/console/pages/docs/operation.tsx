import { Marked } from '../../components/marked.tsx'
import { Table } from '../../components/table.tsx'
import type { Texts } from '../../texts/texts.ts'
import {
  type Bounds,
  type FieldRow,
  fieldRows,
  type OpenApiDocument,
  type Operation,
  resolve,
  type Schema,
  toAnchor,
} from './document.ts'

interface OperationProps {
  t: Texts
  operation: Operation
  document: OpenApiDocument
}

/** One route: who may call it, what it takes, what it answers. */
export function OperationEntry({ t, operation, document }: OperationProps) {
  const parameters = (operation.parameters ?? []).map(({ name, required, description, schema }) => ({
    ...fieldRows({ properties: { [name]: schema ?? {} } }, document)[0]!,
    required: required ?? false,
    ...(description !== undefined && { description }),
  }))
  const body = firstSchema(operation.requestBody?.content)
  return (
    <article class="card operation" id={toAnchor(operation)}>
      <h3>
        <span class="tag good">{operation.method}</span> <code>{operation.path}</code>
      </h3>
      <p>
        <Marked text={operation.summary ?? ''} /> <span class="tag">{accessText(t, operation)}</span>
      </p>
      {operation.description !== undefined && (
        <p class="soft">
          <Marked text={operation.description} />
        </p>
      )}
      <Rows t={t} title={t.docs.parameters} rows={parameters} />
      <Rows t={t} title={t.docs.body} rows={fieldRows(body, document)} />
      <Replies t={t} operation={operation} document={document} />
    </article>
  )
}

function Replies({ t, operation, document }: OperationProps) {
  const replies = Object.entries(operation.responses ?? {}).filter(([status]) => status !== 'default')
  return replies.map(([status, { description, content }]) => {
    const rows = fieldRows(firstSchema(content), document)
    const title = `${t.docs.reply} ${status}`
    if (rows.length === 0) {
      const plain = Object.keys(content ?? {})[0] ?? t.docs.noBody
      return (
        <p class="small soft">
          <strong>{title}</strong> · <Marked text={description ?? ''} /> ·{' '}
          {resolve(firstSchema(content), document)?.type ?? plain}
        </p>
      )
    }
    return (
      <details>
        <summary>
          {title}{' '}
          <span class="soft">
            · <Marked text={description ?? ''} />
          </span>
        </summary>
        <Rows t={t} title={title} rows={rows} />
      </details>
    )
  })
}

function Rows({ t, title, rows }: { t: Texts; title: string; rows: FieldRow[] }) {
  if (rows.length === 0) return null
  return (
    <Table label={title} cards>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t.docs.field}</th>
          <th scope="col">{t.docs.type}</th>
          <th scope="col">{t.docs.meaning}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            <th scope="row">
              <code>{row.name}</code>
              {row.required && <span class="soft small"> {t.common.required}</span>}
            </th>
            <td class="small">
              <Alternatives type={row.type} />
            </td>
            <td class="small">
              <Meaning t={t} row={row} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

/** A name that is one of several is not broken at its dashes. */
function Alternatives({ type }: { type: string }) {
  return type.split(' | ').map((one, index) => (
    <>
      {index > 0 && ' | '}
      <span class="nowrap">{one}</span>
    </>
  ))
}

/** A longer bound, such as a default of several values, would be wider than a phone. */
const maxUnbroken = 30

function Meaning({ t, row: { description, bounds } }: { t: Texts; row: FieldRow }) {
  const held = boundTexts(t, bounds)
  return (
    <>
      {description !== '' && <Marked text={description} />}
      {held.map((text, index) => (
        <>
          {(index > 0 || description !== '') && ' · '}
          <span class={text.length > maxUnbroken ? undefined : 'nowrap'}>{text}</span>
        </>
      ))}
    </>
  )
}

function boundTexts({ docs }: Texts, { above, least, most, longest, byDefault }: Bounds): string[] {
  const text = docs.bounds
  const [from, to] = [least?.toLocaleString('en'), most?.toLocaleString('en')]
  return [
    above !== undefined && text.above(above.toLocaleString('en')),
    from !== undefined && to !== undefined && text.between(from, to),
    from !== undefined && to === undefined && text.atLeast(from),
    from === undefined && to !== undefined && text.atMost(to),
    longest !== undefined && text.characters(longest.toLocaleString('en')),
    byDefault !== undefined && text.byDefault(byDefault),
  ].filter((one) => one !== false)
}

function firstSchema(content: Record<string, { schema?: Schema }> | undefined): Schema | undefined {
  return Object.values(content ?? {})[0]?.schema
}

function accessText(t: Texts, { security = [] }: Operation): string {
  const [first] = security
  if (first === undefined) return t.docs.access.open
  if ('operator' in first) return t.docs.access.operator
  if ('statusToken' in first) return t.docs.access.applicant
  return t.docs.access.scope(first.apiKey?.join(', ') ?? '')
}
