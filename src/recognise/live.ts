/** Recognises emotions live: several answers per second, from the latest sound and picture. */
import { LimbicError } from '../base/errors.js'
import type { TrackedFace } from '../media/face/index.js'
import type { Source } from '../media/source.js'
import type { Engine } from '../runtime/engine.js'
import { openFaceReader } from './face.js'
import { fuse, sharedEmotions } from './fuse.js'
import type { StarterModels } from './recognise.js'
import type { Estimate, Sense } from './recognition.js'
import { openVoiceReader, type VoiceListener } from './voice.js'

/** Frames a second that are looked at (Hz), their longer side and the smallest face in it (pixels). */
const rate = 12
const longest = 320
const smallestFace = 32

/** The seconds that an answer averages, as long as a moment of a recording's timeline. */
const moment = 0.5
/** Seconds after which a voice no longer counts. */
const staleVoice = 1

/** The emotions recognised at a time. */
export interface LiveAnswer {
  /** Seconds from the start of the source. */
  readonly time: number
  /**
   * One for each emotion, fused from all senses that are on; absent where there is nothing to hear
   * or see.
   */
  readonly probabilities?: readonly number[]
  /** The same by one sense alone. */
  readonly alone: Readonly<Partial<Record<Sense, readonly number[]>>>
  /** Faces in the latest frame, the one that is read first. */
  readonly faces: readonly TrackedFace[]
  /** The size of that frame, in pixels. */
  readonly frame?: { readonly width: number; readonly height: number }
}

/** Receives what is recognised. */
export interface LiveListener extends VoiceListener {
  answer(answer: LiveAnswer): void
  /** The senses that are on; all unless given. Asked for each answer. */
  senses?(): readonly Sense[]
}

/** Recognises emotions live; opened once, for one source after another. */
export interface LiveRecogniser {
  /** The emotions that all of its models distinguish, in the order of the probabilities. */
  readonly emotions: readonly string[]
  /**
   * Reports what is recognised until the source ends or is closed: with each frame or, without a
   * picture, every quarter of a second. Each answer is the fusion of the last half second, as in a
   * recording's timeline.
   *
   * @throws LimbicError if it has neither sound nor picture, or cannot be decoded
   */
  watch(source: Source, listener: LiveListener): Promise<void>
  close(): Promise<void>
}

/**
 * Opens models for live sources.
 *
 * @throws LimbicError if a model is not the one expected, or the engine cannot run it
 */
export async function openLiveRecogniser(
  engine: Engine,
  models: StarterModels,
): Promise<LiveRecogniser> {
  const face = models.face && (await openFaceReader(engine, models.face, { smallestFace }))
  const voice = models.voice && (await openVoiceReader(engine, models.voice, true))
  const emotions = sharedEmotions(
    [voice, face].flatMap((reader) => (reader ? [reader.emotions] : [])),
  )
  return {
    emotions,
    async watch(source, listener) {
      if (!source.sound && !source.picture) {
        throw new LimbicError('has neither sound nor picture', { where: source.name })
      }
      const now = new Now(emotions, { voice: voice?.emotions, face: face?.emotions }, listener)
      const hear = async () => {
        if (!voice || !source.sound) return
        for await (const estimate of voice.listen(source, listener)) {
          now.heard(estimate)
          if (!source.picture) now.tell(estimate.end)
        }
      }
      const see = async () => {
        if (!face || !source.picture) return
        for await (const seen of face.watch(source, { frames: { rate }, longest })) {
          now.seen(seen.frame, seen.faces, seen.estimate)
          now.tell(seen.frame.time)
        }
      }
      await Promise.all([hear(), see()])
    },
    close: async () => {
      await Promise.all([face?.close(), voice?.close()])
    },
  }
}

/** The latest readings of voice and face. */
class Now {
  #voice: Estimate | undefined
  #face: readonly Estimate[] = []
  #faces: readonly TrackedFace[] = []
  #frame: LiveAnswer['frame']

  constructor(
    readonly emotions: readonly string[],
    readonly known: Readonly<Record<Sense, readonly string[] | undefined>>,
    readonly listener: LiveListener,
  ) {}

  heard(estimate: Estimate): void {
    this.#voice = estimate
  }

  seen(
    { width, height, time }: { width: number; height: number; time: number },
    faces: readonly TrackedFace[],
    estimate: Estimate | undefined,
  ): void {
    this.#frame = { width, height }
    this.#faces = faces
    const recent = this.#face.filter(({ end }) => end > time - moment)
    this.#face = estimate ? [...recent, estimate] : recent
  }

  tell(time: number): void {
    const on = this.listener.senses?.() ?? ['voice', 'face']
    const start = Math.max(0, time - moment)
    // Fuses the half second like a recording of its own.
    const within = (estimates: readonly Estimate[]) =>
      estimates.flatMap(({ start: from, end, probabilities }) =>
        end > start
          ? [{ start: from - start, end: Math.max(end, time) - start, probabilities }]
          : [],
      )
    const voice = this.#voice
    const isFresh = voice && voice.probabilities.length > 0 && time - voice.end <= staleVoice
    const heard = isFresh ? [{ ...voice, end: Math.max(voice.end, time) }] : []
    const reading = (sense: Sense, estimates: readonly Estimate[]) =>
      on.includes(sense) ? { [sense]: { emotions: this.known[sense] ?? [], estimates } } : {}
    const readings = {
      ...reading('voice', within(heard)),
      ...reading('face', within(this.#face)),
    }
    const { timeline } = fuse(readings, moment, moment, this.emotions)
    const { probabilities, voice: byVoice, face: byFace } = timeline[0] ?? {}
    this.listener.answer({
      time,
      ...(probabilities && { probabilities }),
      alone: { ...(byVoice && { voice: byVoice }), ...(byFace && { face: byFace }) },
      faces: this.#faces,
      ...(this.#frame && { frame: this.#frame }),
    })
  }
}
