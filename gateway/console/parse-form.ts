import type { ConsoleContext } from './view.ts'

/** The texts of a submitted form; files are left out, and line ends are as everywhere else. */
export async function parseForm(c: ConsoleContext): Promise<Record<string, string>> {
  const form = await c.req.parseBody()
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.replaceAll('\r\n', '\n')]] : [],
    ),
  )
}
