/** Reports what a recording lacks before it is decoded, in Node and in a page. */
import { LimbicError } from '../../base/errors.js'
import type { Container } from './containers/container.js'
import type { Health } from './health.js'
import { mostPixels } from './request.js'

/** The streams of a file. */
export interface Streams {
  readonly sound: object | undefined
  /** Pixels as stored, before rotation. */
  readonly picture:
    | { readonly width: number; readonly height: number; readonly rotation: number }
    | undefined
  /** What is to be read of it; what else is missing or unusable is no matter. */
  readonly read: 'both' | 'sound' | 'picture'
  /** Streams that cannot be decoded. */
  readonly unusable: readonly ('sound' | 'picture')[]
  /** Whether sound is expected in this format. */
  readonly mayHaveSound: boolean
  /** Whether a picture is expected in this format. */
  readonly mayHavePicture: boolean
}

const forSound = /\.(m4a|m4b|mka|wma|weba|oga|3ga)$/i

/** Whether a file has only sound, judging by the end of its name. */
export const isSoundAlone = (name: string): boolean => forSound.test(name)

/**
 * Remarks on what is missing.
 *
 * @throws LimbicError if its picture is too large, or with `strict` if anything is missing
 */
export function checkStreams(
  name: string,
  { sound, picture, read, unusable, mayHaveSound, mayHavePicture }: Streams,
  container: Container,
  health: Health,
): void {
  if (picture && picture.width * picture.height > mostPixels) {
    throw new LimbicError('its picture is too large', {
      where: name,
      expected: `at most ${mostPixels.toLocaleString('en')} pixels`,
      got: `${picture.width} x ${picture.height}`,
    })
  }
  const wanted = (stream: 'sound' | 'picture') => read === 'both' || read === stream
  for (const stream of unusable.filter(wanted)) {
    health.damage(`its ${stream} is in a format that cannot be decoded`)
  }
  if (container.cut !== undefined) health.damage(container.cut)
  if (!sound && wanted('sound') && mayHaveSound && !unusable.includes('sound')) {
    health.damage('has no sound; its picture is usable')
  }
  if (!picture && wanted('picture') && mayHavePicture && !unusable.includes('picture')) {
    health.damage('has no picture; its sound is usable')
  }
  if (picture && picture.rotation !== 0) {
    health.note(`picture is rotated by ${picture.rotation} degrees; it is shown upright`)
  }
}
