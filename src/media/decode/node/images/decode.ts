/** Decodes images with one ffmpeg process for a whole folder. */
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Writable } from 'node:stream'
import { type ImageFile, parseImage } from '../../image-files.js'
import { type Cut, mostPixels } from '../../request.js'
import { logged, parseLogged, scaleFilter } from '../filters.js'
import { type Recording, startRun } from '../recording.js'
import type { ImagePlace } from './folder.js'

/** The size of the largest image file, in bytes. */
const largestFile = 2 ** 28

/** The image in a file; undefined if it is not one, or cannot be read. */
export async function readImage(path: string): Promise<ImageFile | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size > largestFile) return undefined
      const image = parseImage(await file.readFile())
      return image && image.width * image.height <= mostPixels && image.width * image.height > 0
        ? image
        : undefined
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

interface Decoded {
  readonly index: number
  readonly data: Uint8Array
}

/**
 * Decodes images in order; one that is damaged, or of another kind or size than the first, is left
 * out with a remark.
 */
export async function* decodeImages(
  recording: Omit<Recording, 'facts'>,
  files: readonly ImagePlace[],
  first: ImageFile,
  cut: Cut,
): AsyncGenerator<Decoded> {
  const { health } = recording
  const whole = cut.width === first.width && cut.height === first.height
  const crop = `crop=${cut.width}:${cut.height}:${cut.left}:${cut.top}:exact=1`
  const reduces = cut.size.width < cut.width || cut.size.height < cut.height
  // Colours are brought to full resolution before cropping, so that a crop may start at any pixel.
  const filters = [
    ...logged(recording.program),
    ...(whole ? [] : [...scaleFilter(first, false), crop]),
    ...scaleFilter(cut.size, reduces),
  ]
  const args = [
    ...['-protocol_whitelist', 'pipe', '-max_pixels', `${mostPixels}`, '-noautorotate'],
    ...['-f', 'image2pipe', '-framerate', '1'],
    ...['-c:v', first.kind === 'png' ? 'png' : 'mjpeg', '-i', 'pipe:0', '-map', '0:v:0'],
    ...['-vf', filters.join(','), ...recording.program.passthrough],
    ...['-c:v', 'rawvideo', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'],
  ]
  /** Matches images fed to ffmpeg with the frames that it outputs. */
  const fed: ImagePlace[] = []
  const come: number[] = []
  const problems: string[] = []
  await using run = startRun(
    recording,
    args,
    (message) => {
      const frame = parseLogged(message)
      if (frame) come.push(Math.round(frame.time / 1e6))
    },
    true,
  )
  const { decoder } = run
  const stopped = { now: false }
  const feeding = feed(decoder.input, files, first, fed, problems, stopped)
  const leaveOut = (place: ImagePlace, why: string) => {
    health.damage(`frame ${place.index} ("${basename(place.path)}") is left out: ${why}`)
  }
  const tell = () => {
    for (const problem of problems.splice(0)) health.damage(problem)
  }
  try {
    let next = 0
    for (;;) {
      const data = await decoder.readExactly(3 * cut.size.width * cut.size.height)
      tell()
      if (!data) break
      while (come.length === 0 && (await decoder.listen()));
      const at = come.shift() ?? next
      for (; next < at; next++) {
        const place = fed[next]
        if (place) leaveOut(place, 'it cannot be decoded')
      }
      const place = fed[next++]
      if (place) yield { index: place.index, data }
    }
    await decoder.end()
    await feeding
    tell()
    for (const place of fed.slice(next)) leaveOut(place, 'it cannot be decoded')
    run.complaints.tell('picture', health)
  } finally {
    stopped.now = true
  }
}

async function feed(
  input: Writable | undefined,
  files: readonly ImagePlace[],
  first: ImageFile,
  fed: ImagePlace[],
  problems: string[],
  stopped: { readonly now: boolean },
): Promise<void> {
  for (const place of files) {
    if (stopped.now || !input || input.destroyed) return
    const image = await readImage(place.path)
    const why = whyNot(image, first)
    if (why !== undefined) {
      problems.push(`frame ${place.index} ("${basename(place.path)}") is left out: ${why}`)
    } else if (image?.bytes) {
      fed.push(place)
      if (!input.write(image.bytes)) {
        await Promise.race([once(input, 'drain'), once(input, 'close')]).catch(() => {})
      }
    }
  }
  input?.end()
}

function whyNot(image: ImageFile | undefined, first: ImageFile): string | undefined {
  if (!image) return 'it is not a JPEG or PNG, or is damaged'
  if (image.kind !== first.kind) return `it is a ${image.kind}, the others are not`
  if (image.width !== first.width || image.height !== first.height) {
    return `it has ${image.width} x ${image.height} pixels, the first ${first.width} x ${first.height}`
  }
  return image.bytes ? undefined : 'its end is missing'
}
