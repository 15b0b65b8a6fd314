/** Names of categories and models: one spelling, however the keyboard or file system composed it. */
export const normalizeName = (text: string): string => text.normalize('NFC').trim()

/** A text whatever its composition and white space: two texts alike are one question. */
export const normalizeText = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim()
