/**
 * A model directory, checkpoint or graph that cannot be used, and why. The message is one line that names the
 * file or tensor; command lines print it as it stands.
 */
export class ModelError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ModelError'
  }
}
