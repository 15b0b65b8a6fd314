/** Text of a node for terminals, logs and errors: control, format and line separators become blanks. */
export const printable = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
