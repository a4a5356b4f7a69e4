/** Where a mistake lies and how to mend it: every field is for the person who made it. */
export interface MistakeDetails {
  /** The file, tensor, row, option or operator at fault. */
  readonly where?: string
  /** What Limbic needed. */
  readonly expected?: string
  /** What it found instead. */
  readonly got?: string
  /** What to do about it. */
  readonly hint?: string
}

/**
 * A mistake in what Limbic was given (a file, an option, a shape), as against a bug in Limbic.
 * The command line prints its message as one line and exits with code 2.
 */
export class LimbicError extends Error {
  override readonly name = 'LimbicError'
  readonly details: MistakeDetails

  constructor(what: string, details: MistakeDetails = {}, options?: ErrorOptions) {
    super(describe(what, details), options)
    this.details = details
  }
}

function describe(what: string, { where, expected, got, hint }: MistakeDetails): string {
  const comparison = [expected && `expected ${expected}`, got && `got ${got}`].filter(Boolean)
  const message =
    (where ? `${where}: ` : '') +
    what +
    (comparison.length > 0 ? `: ${comparison.join(', ')}` : '') +
    (hint ? `. ${hint}` : '')
  // What others say of a mistake may have several lines; this says it in one.
  return message.replace(/\s*\n\s*/g, ' ')
}
