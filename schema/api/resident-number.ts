/** Six digits that are a date, a dash or blank or nothing, a 1 to 8 and six more digits. */
const residentNumber = /(?<!\d)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[\s\p{Pd}·.]*[1-8]\d{6}(?!\d)/u

/**
 * Returns whether a text contains what looks like a Korean resident or foreigner registration number. The law
 * forbids collecting them here, so the form refuses them wherever they are typed. Numbers given out since
 * October 2020 have no check digit: the form of the number has to do.
 */
export const containsResidentNumber = (text: string) => residentNumber.test(text.normalize('NFKC'))
