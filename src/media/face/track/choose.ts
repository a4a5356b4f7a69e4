/** Chooses a face among several people. */
import { areaOf, centreOf } from '../box.js'
import type { Face } from '../detector.js'

export const faceChoices = ['largest', 'central', 'all'] as const
export type FaceChoice = (typeof faceChoices)[number]

/** The largest face, the one nearest to the centre of the picture, or all. */
export function chooseFaces<Kind extends Face>(
  faces: readonly Kind[],
  choice: FaceChoice,
  { width, height }: { readonly width: number; readonly height: number },
): readonly Kind[] {
  if (choice === 'all') return faces
  const cost = ({ box }: Kind): number => {
    const { x, y } = centreOf(box)
    return choice === 'largest' ? -areaOf(box) : Math.hypot(x - width / 2, y - height / 2)
  }
  const [best] = [...faces].sort((one, other) => cost(one) - cost(other))
  return best ? [best] : []
}
