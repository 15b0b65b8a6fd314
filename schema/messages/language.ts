/** The languages that messages, reports and pages have. */
export const languages = ['en', 'ko'] as const
export type Language = (typeof languages)[number]

/** The first language of `Accept-Language` that there is, else English. Source: RFC 9110, 12.5.4. */
export function parseLanguage(acceptLanguage: string | null | undefined): Language {
  return preferredLanguage(acceptLanguage) ?? 'en'
}

/** The same, or null when the header names none that there is. */
export function preferredLanguage(acceptLanguage: string | null | undefined): Language | null {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';')
      const weight = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find(Boolean)
      return { language: tag.split('-')[0]!, weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { language } of wanted) {
    const found = languages.find((one) => one === language)
    if (found !== undefined) return found
  }
  return null
}
