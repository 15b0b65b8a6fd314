import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCodes } from '../schema/api/error-codes.ts'

// npm run docs:errors writes docs/ERRORS.md from the table in the code; --check only compares.
const file = join(import.meta.dirname, '../docs/ERRORS.md')

const rows = Object.entries(errorCodes).map(
  ([code, { status, title, meaning, check }]) =>
    `## ${code}\n\n**${status} · ${title}.** ${meaning}\n\nWhat to check: ${check}\n`,
)

const page = `# Errors

Every failure has a stable \`code\`, a \`request_id\` (also in the header \`x-request-id\`), a link to its entry
here, and \`source\`: whether the \`gateway\` or the \`node\` behind it failed. Paths of the OpenAI API
(\`/v1/chat/completions\`, \`/v1/models\`, files and batches) answer with OpenAI's error object, all others with
problem details (RFC 9457, \`application/problem+json\`). Wrong fields are listed in \`errors\`, each with its path
in the body and what is allowed. A running gateway shows the same list at \`/docs/errors\`.

This page is written by \`npm run docs:errors\` from \`schema/api/error-codes.ts\`.

${rows.join('\n')}`

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== page) {
    console.error('docs/ERRORS.md is not what schema/api/error-codes.ts says: run npm run docs:errors.')
    process.exitCode = 1
  }
} else {
  writeFileSync(file, page)
}
