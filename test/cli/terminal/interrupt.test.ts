import { afterEach, describe, expect, test, vi } from 'vitest'
import { interruptible } from '../../../src/cli/terminal/interrupt.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Work that goes on until it is told to stop, and says when it is under way. */
function untilStopped() {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`)
  })
  let end = () => {}
  const done = interruptible(
    (signal) =>
      new Promise<boolean>((resolve) => {
        end = () => resolve(signal.aborted)
      }),
  )
  return { exit, done, end: () => end() }
}

describe('work that can be interrupted', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'is told to stop by %s, and ends by itself',
    async (signal) => {
      const { exit, done, end } = untilStopped()
      process.emit(signal)
      end()
      expect(await done).toBe(true)
      expect(exit).not.toHaveBeenCalled()
    },
  )

  test('ends at once by the second signal, with 130', async () => {
    const { done, end } = untilStopped()
    process.emit('SIGINT')
    expect(() => process.emit('SIGINT')).toThrow('exit 130')
    end()
    await done
  })

  test('leaves signals alone once it is done', async () => {
    const before = process.listenerCount('SIGINT')
    const { done, end } = untilStopped()
    expect(process.listenerCount('SIGINT')).toBe(before + 1)
    end()
    await done
    expect(process.listenerCount('SIGINT')).toBe(before)
  })
})
