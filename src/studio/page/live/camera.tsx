/** The camera of a live session. */
import { useEffect, useRef } from 'preact/hooks'
import { texts } from '../texts.js'
import { drawLooked } from './attention.js'
import { drawBoxes } from './draw.js'
import { session } from './session.js'

/** The camera picture, with boxes around the faces found in it. */
export function Camera() {
  const video = useRef<HTMLVideoElement>(null)
  const boxes = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const { current } = video
    if (!current) return
    current.srcObject = session.stream ?? null
    current.play().catch(() => {
      // Playing fails if the reader has already left the page.
    })
    return session.shown.listen(() => {
      const canvas = boxes.current
      const answer = session.view.history.at(-1)
      if (!canvas || !answer?.frame) return
      const wide = current.videoWidth || answer.frame.width
      const high = (wide * answer.frame.height) / answer.frame.width
      if (canvas.width !== wide) canvas.width = wide
      if (canvas.height !== Math.round(high)) canvas.height = Math.round(high)
      drawBoxes(canvas, answer, texts.live.person)
      drawLooked(canvas, session.view)
    })
  }, [])
  const hasPicture = (session.stream?.getVideoTracks().length ?? 0) > 0
  if (!hasPicture) return <p class="quiet">{texts.live.noCamera}</p>
  return (
    <div class="camera">
      <video ref={video} muted playsInline aria-label={texts.live.camera} />
      <canvas ref={boxes} />
    </div>
  )
}
