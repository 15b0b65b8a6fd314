/** Whether a header carries a text unchanged: printable ASCII, and no blanks around it. */
export const isBearerToken = (text: string): boolean => /^[!-~]([ -~]*[!-~])?$/.test(text)
