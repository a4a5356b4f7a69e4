/** Decision thresholds for multi-label predictions. */

import type { Numbers } from './check.js'
import { scoreClasses } from './confusion.js'
import { checkTable, column, labelConfusion } from './label-table.js'

const candidates: readonly number[] = Array.from({ length: 19 }, (_, index) => (index + 1) * 0.05)

/**
 * For each emotion the threshold, of 0.05, 0.10 .. 0.95, with the highest binary F1; of equal ones
 * the lowest. To be called on validation data, and its answer used on test data.
 */
export function bestThresholds(logits: Numbers, truths: Numbers, labelCount: number): number[] {
  checkTable(logits, truths, labelCount)
  return Array.from({ length: labelCount }, (_, label) => {
    const scores = column(logits, labelCount, label)
    const present = column(truths, labelCount, label)
    let best = { threshold: 0.5, f1: -1 }
    for (const threshold of candidates) {
      const f1 = scoreClasses(labelConfusion(scores, present, threshold))[1]?.f1 ?? 0
      if (f1 > best.f1) best = { threshold, f1 }
    }
    return best.threshold
  })
}
