/** Longest question, answer or reference, in UTF-16 code units. */
export const maxTextLength = 200_000
