/** Returns true if a header carries a text unchanged: printable ASCII without surrounding blanks. */
export const isBearerToken = (text: string): boolean => /^[!-~]([ -~]*[!-~])?$/.test(text)
