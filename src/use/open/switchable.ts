/** A trained model whose weights can be exchanged while it answers. */

import { LimbicError } from '../../base/errors.js'
import type { Session } from '../../runtime/session.js'
import type { KnownAnswer } from '../../task/kinds.js'
import { writeDescription } from '../exported/description.js'
import { pageRoom } from '../memory.js'
import { type Answering, TrainedModel } from '../trained-model.js'
import { openOnnx } from './from-onnx.js'

/** A model that answers by one file, or by another of the same model. */
export interface Switchable {
  /** Answers by the file in use; closing it closes all. */
  readonly model: TrainedModel
  /** Answers by the first file, whichever is in use. */
  readonly original: TrainedModel
  /**
   * From the next answer on, answers by another file, or by the first again.
   *
   * @throws LimbicError if the file is not one of the same model; the one in use then stays
   */
  use(bytes: Uint8Array | undefined): Promise<void>
}

/**
 * Opens an exported file, as `fromOnnx` does.
 *
 * @throws LimbicError as `fromOnnx`
 */
export async function openSwitchable(
  bytes: Uint8Array,
  path: string,
  open: (model: Uint8Array) => Promise<Session>,
): Promise<Switchable> {
  const { about, answering: first } = await openOnnx(bytes, path, open)
  let current = first
  // Closed one exchange later, since an answer may be underway.
  let leaving: Answering | undefined
  const closeOther = async (other: Answering | undefined) => {
    if (other && other !== first && other !== current) await other.close()
  }
  const answering: Answering = {
    turns: (maps) => current.turns(maps),
    memory: (maps) => current.memory(maps),
    async close() {
      const others = [leaving, current].filter((one) => one !== first)
      await Promise.all([...new Set([first, ...others])].map((one) => one?.close()))
    },
  }
  return {
    model: new TrainedModel<KnownAnswer>(path, about, answering, pageRoom),
    original: new TrainedModel<KnownAnswer>(path, about, first, pageRoom),
    async use(other) {
      const next = other ? await openOnnx(other, path, open) : { about, answering: first }
      if (JSON.stringify(endsOf(next.about)) !== JSON.stringify(endsOf(about))) {
        await next.answering.close()
        throw new LimbicError('is another model than the one that it is to stand for', {
          where: path,
          expected: about.name,
          got: next.about.name,
        })
      }
      await closeOther(leaving)
      leaving = current
      current = next.answering
    },
  }
}

/** What must be the same: what goes in, and what comes out. */
function endsOf(about: Parameters<typeof writeDescription>[0]) {
  const { model, settings, task, inputs, maps } = writeDescription(about)
  return { model, settings, task, inputs, maps }
}
