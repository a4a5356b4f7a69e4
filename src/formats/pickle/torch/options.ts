/** What readers of pickles in pickles share. */

import type { FileBytes } from '../../npy/index.js'
import type { PickleBudget } from '../budget.js'
import type { PickleValue } from '../values.js'

export interface ReadOptions {
  /** What all pickles of a file together may cost. */
  readonly budget: PickleBudget
  /** Reads bytes in the old format of `torch.save`, as pickles of tensors hold them. */
  readonly torch: (file: FileBytes) => PickleValue
}
