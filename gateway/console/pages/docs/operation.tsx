import { Table } from '../../components/table.tsx'
import type { Texts } from '../../texts/texts.ts'
import { Described } from './described.tsx'
import {
  anchorOf,
  type FieldRow,
  fieldRows,
  type OpenApiDocument,
  type Operation,
  resolve,
  type Schema,
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
    <article class="card" id={anchorOf(operation)}>
      <h3>
        <span class="tag good">{operation.method}</span> <code>{operation.path}</code>
      </h3>
      <p>
        <Described t={t} text={operation.summary ?? ''} /> <span class="tag">{accessText(t, operation)}</span>
      </p>
      {operation.description !== undefined && (
        <p class="soft">
          <Described t={t} text={operation.description} />
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
          <strong>{title}</strong> · <Described t={t} text={description ?? ''} /> ·{' '}
          {resolve(firstSchema(content), document)?.type ?? plain}
        </p>
      )
    }
    return (
      <details>
        <summary>
          {title}{' '}
          <span class="soft">
            · <Described t={t} text={description ?? ''} />
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
            <td class="small">{row.type}</td>
            <td class="small">
              <Described t={t} text={row.description} />
              {row.description !== '' && row.bounds !== '' && ' · '}
              {row.bounds}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
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
