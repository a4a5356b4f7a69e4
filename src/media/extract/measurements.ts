/** Measures a tracked face: 35 numbers per frame, as wide as OpenFace's action units. */
import type { TrackedFace } from '../face/index.js'

/** Numbers per frame. */
export const measurementCount = 35

/** The position and shape of a face, independent of the picture's size. */
interface Pose {
  /**
   * The middle of the box as a fraction of the picture's sides, and its height as a fraction of the
   * picture's.
   */
  readonly place: readonly [x: number, y: number, height: number]
  /** Five landmarks relative to the middle of the box, in heights of the box: x and y of each. */
  readonly landmarks: readonly number[]
  /** The clockwise tilt of the line through the eyes, in radians. */
  readonly tilt: number
}

/** A frame with its face. */
export interface SeenFace {
  readonly face: TrackedFace
  /** Seconds. */
  readonly time: number
  readonly picture: { readonly width: number; readonly height: number }
  /** 7 numbers of the face model. */
  readonly logits: ArrayLike<number>
}

/**
 * The measurements of a frame: 7 logits of the face model, the detector's score, the position of
 * the box (3), landmarks in the box (10) and the tilt of the eyes; then the change per second of
 * position (3) and landmarks (10) since the previous frame, 0 for a person's first frame or after a
 * gap of a second or more.
 */
export function measure(seen: SeenFace, before?: SeenFace): Float32Array {
  const pose = poseOf(seen)
  const elapsed = before ? seen.time - before.time : 0
  const follows = before && before.face.track === seen.face.track && elapsed > 0 && elapsed < 1
  const last = follows ? poseOf(before) : pose
  const change = (now: readonly number[], then: readonly number[]) =>
    now.map((value, place) => (follows ? (value - (then[place] ?? value)) / elapsed : 0))
  return Float32Array.from([
    ...Array.from(seen.logits),
    seen.face.score,
    ...pose.place,
    ...pose.landmarks,
    pose.tilt,
    ...change(pose.place, last.place),
    ...change(pose.landmarks, last.landmarks),
  ])
}

function poseOf({ face: { box, landmarks }, picture }: SeenFace): Pose {
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2]
  const height = Math.max(box.bottom - box.top, 1)
  const [left, right] = landmarks
  return {
    place: [x / picture.width, y / picture.height, height / picture.height],
    landmarks: landmarks.flatMap((point) => [(point.x - x) / height, (point.y - y) / height]),
    tilt: left && right ? Math.atan2(right.y - left.y, right.x - left.x) : 0,
  }
}
