/** Lists in one line of text. */

const mostExamples = 5

/** The first few of a list, with an ellipsis where there are more: `a, b, c, d, e, ...`. */
export function examplesOf(names: readonly string[]): string {
  const more = names.length > mostExamples ? ', ...' : ''
  return `${names.slice(0, mostExamples).join(', ')}${more}`
}
