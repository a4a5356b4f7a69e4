/**
 * The lessons of the chosen model: its takes, what learns from them, and what came of it. They are one for
 * the page, so that learning goes on while the reader visits other places.
 */
import { useEffect } from 'preact/hooks'
import { messageOf } from '../../../base/errors.js'
import type { Learner, Taught } from '../../worker/teach/take.js'
import type { TeachableAbout } from '../../worker/teach/teachable.js'
import { session } from '../live/session.js'
import { Shared, useShared } from '../state/shared.js'
import { askWorker, hearWorker, tellWorker } from '../state/worker.js'
import { texts } from '../texts.js'
import { decodeLessons, encodeLessons, type Lessons, noLessons } from './lessons-file.js'
import { lessonsNow, useTaught } from './restore.js'
import { forgetLessons, loadLessons, saveLessons } from './storage.js'
import { recordTake } from './take.js'

export interface LessonsState {
  /** What they are kept under. */
  readonly of: string
  readonly lessons: Lessons
  /** What can learn; absent until it is known. */
  readonly about?: TeachableAbout
  /** What is being done. */
  readonly said: string
  readonly isBusy: boolean
  readonly mistake?: string
}

const state = new Shared<LessonsState | undefined>(undefined)

function change(what: Partial<LessonsState>): void {
  if (state.now) state.set({ ...state.now, ...what })
}

/** Keeps lessons, in the page and in the browser. */
function keep(lessons: Lessons): void {
  if (!state.now) return
  change({ lessons })
  void saveLessons(state.now.of, lessons).catch(fail)
}

function fail(error: unknown): void {
  change({ mistake: messageOf(error), isBusy: false, said: '' })
}

/** Opens the lessons of the chosen model, and goes on learning where that was interrupted. */
async function open(): Promise<void> {
  const of = lessonsNow()
  if (state.now?.of === of && state.now.about) return
  const lessons = await loadLessons(of)
  state.set({ of, lessons, said: '', isBusy: false })
  try {
    const answer = await askWorker({ kind: 'teachable' })
    if (state.now?.of !== of || answer.kind !== 'teachable') return
    change({ about: answer.about })
    await useTaught(lessons.isUsed ? lessons.taught : undefined)
    if (lessons.learning) await learn(lessons.learning)
  } catch (error) {
    fail(error)
  }
}

/** Records something that is shown. */
export async function record(label: number, labels: readonly string[]): Promise<void> {
  if (!state.now || state.now.isBusy) return
  const { of } = state.now
  // Takes of other labels belong to another model.
  const isSame = state.now.lessons.labels.join() === labels.join()
  const before = isSame ? state.now.lessons : { ...noLessons, labels }
  change({ isBusy: true, said: texts.teach.recording(labels[label] ?? '') })
  try {
    // Takes are of the models as they were, whatever has been taught since.
    const isReplaced = before.isUsed && before.taught?.learner.kind === 'layers'
    if (isReplaced) await useTaught(undefined)
    const take = await recordTake(label)
    if (isReplaced) await useTaught(before.taught)
    if (state.now.of !== of) return
    change({ isBusy: false, said: take ? '' : texts.teach.nothing })
    if (take) keep({ ...before, takes: [...before.takes, take] })
  } catch (error) {
    fail(error)
  }
}

/** Learns from the takes. */
export async function learn(learner: Learner): Promise<void> {
  if (!state.now || state.now.isBusy) return
  const { of, lessons } = state.now
  const { mistake: _, ...before } = state.now
  state.set({ ...before, isBusy: true, said: texts.teach.begins })
  keep({ ...lessons, learning: learner })
  const stop = hearWorker((message) => {
    if (message.kind === 'learning') {
      change({ said: texts.teach.learning(message.epoch, message.epochs) })
    }
  })
  const { learning: __, ...rest } = lessons
  try {
    const { labels, takes } = lessons
    const answer = await askWorker({ kind: 'learn', learner, labels, takes })
    if (answer.kind !== 'learned') return
    if (!answer.taught) {
      if (state.now?.of === of) keep(rest)
      change({ isBusy: false, said: texts.teach.stopped })
      return
    }
    const done = { ...rest, taught: answer.taught, isUsed: true }
    // Another model may have been chosen meanwhile.
    if (state.now?.of !== of) {
      await saveLessons(of, done)
      return
    }
    keep(done)
    await useTaught(answer.taught)
    change({ isBusy: false, said: texts.teach.learned(answer.taught.takes) })
  } catch (error) {
    if (state.now?.of !== of) return
    keep(rest)
    fail(error)
  } finally {
    stop()
  }
}

/** Stops learning; it goes on where it was when it is begun again with the same takes. */
export function stopLearning(): void {
  tellWorker({ kind: 'stop-learning' })
}

/** Answers by what was taught, or by the models as they were. */
export async function use(isUsed: boolean): Promise<void> {
  if (!state.now) return
  const { lessons } = state.now
  keep({ ...lessons, isUsed })
  try {
    await useTaught(isUsed ? lessons.taught : undefined)
  } catch (error) {
    keep({ ...lessons, isUsed: false })
    fail(error)
  }
}

/** Deletes all takes and what was learned, also in the browser. */
export async function forget(): Promise<void> {
  if (!state.now) return
  const { mistake: _, ...before } = state.now
  state.set({ ...before, lessons: noLessons, said: '', isBusy: false })
  try {
    await useTaught(undefined)
    await forgetLessons(state.now.of)
  } catch (error) {
    fail(error)
  }
}

/** Takes lessons that were saved to a file. */
export async function openFile(file: File): Promise<void> {
  if (!state.now) return
  try {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const { learning: _, ...lessons } = decodeLessons(bytes, state.now.of, file.name)
    keep(lessons)
    await useTaught(lessons.isUsed ? lessons.taught : undefined)
  } catch (error) {
    fail(error)
  }
}

/** All takes and what was learned, as a file. */
export function lessonsFile(): Uint8Array {
  return encodeLessons(state.now?.lessons ?? noLessons, state.now?.of ?? '')
}

/** The taught model as an exported file. */
export async function modelFile(taught: Taught): Promise<Uint8Array | undefined> {
  try {
    const { learner, weights, base } = taught
    const answer = await askWorker({ kind: 'write', taught: { learner, weights, base } })
    return answer.kind === 'written' ? answer.bytes : undefined
  } catch (error) {
    fail(error)
    return undefined
  }
}

/** The lessons of the chosen model, as a hook. @param model changes with the choice */
export function useLessons(model: object | undefined): LessonsState | undefined {
  const now = useShared(state)
  useEffect(() => {
    void open().catch(fail)
  }, [model])
  return now
}

/** What can be shown: what the chosen model tells apart or, of the starter models, what both senses do. */
export function labelsOf({ about, of, lessons }: LessonsState): readonly string[] {
  if (of !== 'starter') return about?.labels ?? lessons.labels
  const { state: live, own, outputs } = session.view
  return live !== 'off' && !own && outputs.length > 0 ? outputs : lessons.labels
}
