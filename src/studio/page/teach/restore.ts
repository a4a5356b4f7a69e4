/** What was taught stays in use when the page is opened again, and when a model is chosen again. */
import type { Taught } from '../../worker/teach/take.js'
import { modelNow } from '../state/model.js'
import { askWorker } from '../state/worker.js'
import { loadLessons } from './storage.js'

/** What the lessons of the model that is chosen are kept under. */
export const lessonsNow = (): string => modelNow().about?.lessons ?? 'starter'

/** The model that what was taught was last brought back for. */
let restored: object | undefined
const starter = {}
const chosen = () => modelNow().about ?? starter

/** Uses what was taught or, without it, the models as they were. @throws Mistake if it does not fit */
export async function useTaught(taught: Taught | undefined): Promise<void> {
  restored = chosen()
  const used = taught && {
    ...{ learner: taught.learner, weights: taught.weights, base: taught.base },
  }
  await askWorker({ kind: 'use', ...(used && { taught: used }) })
}

/** Uses what the chosen model was taught before, if that was in use and still fits. */
export async function restoreTaught(): Promise<void> {
  if (restored === chosen()) return
  const { taught, isUsed } = await loadLessons(lessonsNow())
  try {
    await useTaught(isUsed ? taught : undefined)
  } catch {
    // The model has other weights now. Teach says so.
    await useTaught(undefined)
  }
}
