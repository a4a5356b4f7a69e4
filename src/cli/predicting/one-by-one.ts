/** Answers recordings one after another; a failure of one does not stop the others. */
import { LimbicError } from '../../base/errors.js'
import type { Terminal } from '../terminal/terminal.js'

/**
 * Answers recordings one after another. One that cannot be decoded is answered with its error; the
 * others are still processed.
 *
 * @param nameOf the field that names a recording in the record of its error
 * @throws LimbicError at the end if some could not be decoded; at once if there is only one
 */
export async function answerEach(
  paths: readonly string[],
  terminal: Terminal,
  nameOf: (path: string) => Readonly<Record<string, string>>,
  answer: (path: string, index: number) => Promise<void>,
): Promise<void> {
  const failures: string[] = []
  for (const [index, path] of paths.entries()) {
    try {
      await answer(path, index)
    } catch (error) {
      if (!(error instanceof LimbicError) || paths.length === 1) throw error
      failures.push(path)
      terminal.note(error.message)
      terminal.record({ ...nameOf(path), error: error.message })
    }
  }
  if (failures.length > 0) {
    throw new LimbicError(`${failures.length} of ${paths.length} recordings could not be decoded`, {
      where: failures.slice(0, 3).join(', '),
    })
  }
}
