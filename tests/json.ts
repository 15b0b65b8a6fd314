/** The body of an answer, whatever it is: tests compare it member by member. */
// biome-ignore lint/suspicious/noExplicitAny: comparing is the check
export const json = async (response: Response): Promise<any> => response.json()
