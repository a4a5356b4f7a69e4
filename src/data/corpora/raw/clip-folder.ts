/** A clip as a folder of images and audio, as MESM's authors store them. */
import { posix } from 'node:path'
import type { ClipMedia, RawFolder } from './clip.js'

/** The frame rate (Hz) at which a video's frames are stored as images. */
export const frameRate = 30

/** The images of one side by frame number: `image_3.jpg`, or `image_L_3.jpg` for the left half. */
function framesOf(folder: RawFolder, below: string, side: string): string[] {
  const pattern = new RegExp(`^image_${side}(\\d+)\\.(jpe?g|png)$`, 'i')
  return folder
    .inside(below)
    .flatMap((file) => {
      const [, number] = pattern.exec(posix.basename(file)) ?? []
      return number === undefined ? [] : [{ file, number: Number(number) }]
    })
    .sort((one, other) => one.number - other.number)
    .map(({ file }) => folder.absolute(file))
}

/**
 * The media of a clip's folder.
 *
 * @param below the folder, relative
 * @param speaker which half of the image and which microphone are the speaker's, if there are both
 * @param period seconds from one image to the next
 */
export function clipFolder(
  folder: RawFolder,
  below: string,
  speaker: 'left' | 'right',
  period = 1 / frameRate,
): ClipMedia {
  const names = folder.inside(below).map((file) => posix.basename(file))
  const halves = names.some((name) => /^(image|audio)_[LR]\b|^image_[LR]_/.test(name))
  const letter = speaker === 'left' ? 'L' : 'R'
  const sound = `${below}/audio${halves ? `_${letter}` : ''}.wav`
  const frames = framesOf(folder, below, halves ? `${letter}_` : '')
  return {
    ...(frames.length > 0 && { frames, framePeriod: period }),
    ...(folder.has(sound) && { sound: { path: folder.absolute(sound) } }),
  }
}
