/** A test case as JUnit XML has it; `failure` is the message where it failed. */
export interface TestCase {
  name: string
  output: string
  failure: string | null
}

/** One test suite as JUnit XML, which CI systems read. */
export function renderJunit(suite: string, cases: readonly TestCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== null).length
  const lines = cases.flatMap(({ name, output, failure }) => [
    `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}">`,
    ...(failure === null ? [] : [`      <failure message="${escapeXml(failure)}"/>`]),
    ...(output === '' ? [] : [`      <system-out>${escapeXml(output)}</system-out>`]),
    '    </testcase>',
  ])
  const counts = `tests="${cases.length}" failures="${failures}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escapeXml(suite)}" ${counts}>`,
    ...lines,
    '  </testsuite>',
    '</testsuites>\n',
  ].join('\n')
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

function escapeXml(text: string): string {
  // XML 1.0 has no way to write most control characters
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not stand in XML
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"\n]/g, (character) => entities[character]!)
  )
}
