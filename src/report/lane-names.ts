/** What lanes and their steps are called in reports. */
import type { Lane } from '../explain/index.js'

/** What a lane shows, such as "attention to audio". */
export function laneName({ kind, title }: Pick<Lane, 'kind' | 'title'>): string {
  return { attention: 'attention to ', mask: 'mask on ', effect: 'effect of ' }[kind] + title
}

/** Whether a step has no word, but its number, or the numbers of its window. */
export function isNumbered(label: string): boolean {
  return /^\d+(–\d+)?$/.test(label)
}
