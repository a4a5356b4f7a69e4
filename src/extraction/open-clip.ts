/** Opens the recordings of a clip. */
import type { ClipMedia, MediaPart, RawClip } from '../data/corpora/raw/index.js'
import { openImages, openMedia } from '../media/decode/node/index.js'
import type { ClipPart, OpenClip } from '../media/extract/index.js'
import type { Source } from '../media/source.js'

/** A clip whose recordings are open. */
export interface OpenedClip {
  readonly clip: OpenClip
  close(): Promise<void>
}

/**
 * Opens a clip. A recording used for both sound and picture is opened once.
 *
 * @throws LimbicError if a recording cannot be read, or with `strict` if it is damaged
 */
export async function openClip(
  { media, text, words }: Pick<RawClip, 'media' | 'text' | 'words'>,
  strict: boolean,
): Promise<OpenedClip> {
  const opened: Source[] = []
  const close = async () => {
    await Promise.all(opened.map((source) => source.close()))
  }
  try {
    const open = async (opening: Promise<Source>) => {
      const source = await opening
      opened.push(source)
      return source
    }
    // If the sound has its own file, the video may be silent, and the sound file may have no
    // picture.
    const [seen, own] = [media.sound ? 'picture' : 'both', media.video ? 'sound' : 'both'] as const
    const video =
      media.video && (await open(openMedia(media.video.path, { strict, streams: seen })))
    const pictures = video ? partOf(video, media.video) : await framesOf(media, strict, open)
    const heard = media.sound
      ? partOf(await open(openMedia(media.sound.path, { strict, streams: own })), media.sound)
      : video && partOf(video, media.video)
    const { channel, half } = media
    const clip = {
      ...(heard && { sound: heard }),
      ...(pictures && { picture: pictures }),
      ...(channel && { channel }),
      ...(half && { half }),
      ...(text !== undefined && { text }),
      ...(words && { words }),
    }
    return { clip, close }
  } catch (error) {
    await close()
    throw error
  }
}

function partOf(source: Source, { start, end }: Partial<MediaPart> = {}): ClipPart {
  if (start === undefined && end === undefined) return { source }
  const range = { ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
  return { source, range }
}

async function framesOf(
  { frames, framePeriod }: ClipMedia,
  strict: boolean,
  open: (opening: Promise<Source>) => Promise<Source>,
): Promise<ClipPart | undefined> {
  if (!frames || frames.length === 0) return undefined
  const rate = framePeriod && framePeriod > 0 ? { rate: 1 / framePeriod } : {}
  return { source: await open(openImages(frames, { strict, ...rate })) }
}
