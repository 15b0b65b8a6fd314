import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCodes } from '../schema/api/error-codes.ts'
import { en } from '../schema/messages/en.ts'

// npm run docs:errors writes docs/ERRORS.md from the table in the code; --check only compares.
const file = join(import.meta.dirname, '../docs/ERRORS.md')

const rows = Object.entries(errorCodes).map(
  ([code, { status, title, meaning, check }]) =>
    `## ${code}\n\n**${status} · ${title}.** ${meaning}\n\nFix: ${check}\n`,
)

const reasons = Object.entries(en).map(
  ([code, text]) => `| \`${code}\` | ${text.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`,
)

const page = `# Errors

Every failure has a stable \`code\`, a \`request_id\` (also in the header \`x-request-id\`), a link to its entry
here, and \`source\`: whether the \`gateway\` or the \`node\` behind it failed. Paths of the OpenAI API
(\`/v1/chat/completions\`, \`/v1/models\`, files and batches) answer with OpenAI's error object, all others with
problem details (RFC 9457, \`application/problem+json\`). Wrong fields are listed in \`errors\` (at most 100), each with
its path in the body and what is allowed. A running gateway shows the same list at \`/docs/errors\`.

Beside the code, a failure has \`reason\`, the stable code of its text, and \`params\`, the values in it. The
texts are [below](#reasons); \`Accept-Language\` chooses English or Korean. Wording may change, codes do not.

This page is written by \`npm run docs:errors\` from \`schema/api/error-codes.ts\` and \`schema/messages/en/\`.

${rows.join('\n')}
## Reasons

Codes of details, field errors, warnings and caveats. A word in braces is a parameter.

| code | text |
|---|---|
${reasons.join('\n')}
`

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== page) {
    console.error('docs/ERRORS.md is not what schema/api/error-codes.ts says: run npm run docs:errors.')
    process.exitCode = 1
  }
} else {
  writeFileSync(file, page)
}
