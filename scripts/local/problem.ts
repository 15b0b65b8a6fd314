/** A reason to stop that the user can act on: printed as one line, without a stack. */
export class StartProblem extends Error {}
