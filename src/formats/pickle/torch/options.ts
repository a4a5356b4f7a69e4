/** Options shared by readers of nested pickles. */

import type { FileBytes } from '../../npy/index.js'
import type { PickleBudget } from '../budget.js'
import type { PickleValue } from '../values.js'

export interface ReadOptions {
  /** The budget of all pickles of a file. */
  readonly budget: PickleBudget
  /** Reads bytes in the old format of `torch.save`, as pickles of tensors hold them. */
  readonly torch: (file: FileBytes) => PickleValue
}
