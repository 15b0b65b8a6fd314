/** Metadata of a schema, field or answer: its description in the OpenAPI document, and the same in Korean. */
export const described = (english: string, korean: string) => ({
  description: english,
  'x-description-ko': korean,
})

export type Description = ReturnType<typeof described>

/** Metadata of a route: its summary in the OpenAPI document, and the same in Korean. */
export const summarized = (english: string, korean: string) => ({ summary: english, 'x-summary-ko': korean })
export type Summary = ReturnType<typeof summarized>
