import { env, exports } from 'cloudflare:workers'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { call, filesMails, origin, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

/** Every field of every JSON body of the API, from the OpenAPI document, with values that no client should send. */

filesMails()
beforeEach(() => judgeAtNodeTest())

interface Schema {
  $ref?: string
  properties?: Record<string, Schema>
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
}
interface Operation {
  security?: Record<string, unknown>[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
interface Door {
  method: string
  path: string
  scheme: string | undefined
  fields: string[]
}

const values = [
  'null',
  '1e999',
  '"\\u0000\\ud800"',
  '[null]',
  '{"__proto__":{"a":1},"constructor":1,"toString":null}',
  `${'['.repeat(1_000)}${']'.repeat(1_000)}`,
  `{${Array.from({ length: 300 }, (_, index) => `"${index}":1`).join(',')}}`,
]

let doors: Door[] = []
beforeAll(async () => {
  // biome-ignore lint/suspicious/noExplicitAny: the document is read only here
  const { body: document } = await call<any>('GET', '/openapi.json')
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined
      ? schema
      : resolve(document.components.schemas[schema.$ref.split('/').at(-1)!] as Schema)
  const fieldsOf = (given: Schema): string[] => {
    const schema = resolve(given)
    const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
    return [...Object.keys(schema.properties ?? {}), ...parts.flatMap(fieldsOf)]
  }
  doors = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, operations]) =>
      Object.entries(operations).flatMap(([method, { security, requestBody }]) => {
        const schema = requestBody?.content['application/json']?.schema
        if (schema === undefined) return []
        const scheme = Object.keys(security?.[0] ?? {})[0]
        const fields = [...new Set([...fieldsOf(schema), '__proto__'])]
        return [{ method: method.toUpperCase(), path, scheme, fields }]
      }),
  )
})

async function send(method: string, url: string, token: string | undefined, body: string) {
  const response = await exports.default.fetch(
    new Request(url, {
      method,
      headers: {
        'content-type': 'application/json',
        'cf-connecting-ip': crypto.randomUUID(),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body,
    }),
  )
  return { status: response.status, text: await response.text() }
}

it('give no internal error, and an answer that stays short', async () => {
  const { key, statusToken, id: applicationId } = await tenantWithKey()
  const tokens: Record<string, string> = { apiKey: key, operator: env.ADMIN_SECRET!, statusToken }
  expect(doors.length).toBeGreaterThan(25)
  const wrong: string[] = []
  for (const { method, path, scheme, fields } of doors) {
    const url =
      origin + path.replace('/applications/{id}', `/applications/${applicationId}`).replace(/\{\w+\}/g, 'x')
    for (const field of fields) {
      for (const value of values) {
        const token = scheme === undefined ? undefined : tokens[scheme]
        const answer = await send(method, url, token, `{${JSON.stringify(field)}:${value}}`)
        const name = `${method} ${path} ${field}=${value.slice(0, 40)}: ${answer.status}`
        if (answer.status >= 500) wrong.push(name)
        if (answer.text.length > 20_000) wrong.push(`${name}, ${answer.text.length} characters`)
      }
    }
  }
  expect(wrong).toEqual([])
}, 120_000)
