/** The names of lanes and their steps in reports. */
import type { Lane } from '../explain/index.js'

/** The title of a lane, such as "attention to audio". */
export function laneName({ kind, title }: Pick<Lane, 'kind' | 'title'>): string {
  return (
    { attention: 'attention to ', mask: 'mask on ', effect: 'effect of ', value: '' }[kind] + title
  )
}

/** Whether a step is named by its number or window, for lack of a word. */
export function isNumbered(label: string): boolean {
  return /^\d+(–\d+)?$/.test(label)
}
