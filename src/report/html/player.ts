/** A recording in a page, with a cursor in the figures that follows it. */
import { escapeHtml } from '../../base/text/html.js'

/** @param recording the URL of its file, relative to the page */
export function player({
  recording,
  picture,
}: {
  readonly recording: string
  readonly picture: boolean
}): string {
  const tag = picture ? 'video' : 'audio'
  return `<${tag} class="player" controls preload="metadata" src="${escapeHtml(recording)}"></${tag}>`
}

/** Moves the cursors with the recording; a click in a figure seeks to that time. */
export const playerScript = `
const player = document.querySelector('.player')
const cursors = [...document.querySelectorAll('.cursor')]
const show = () => {
  for (const cursor of cursors) {
    const { width, duration } = cursor.dataset
    const share = Math.min(player.currentTime / Number(duration), 1)
    cursor.setAttribute('transform', 'translate(' + share * Number(width) + ',0)')
  }
}
const follow = () => {
  show()
  if (!player.paused) requestAnimationFrame(follow)
}
for (const event of ['play', 'seeked', 'timeupdate']) player.addEventListener(event, follow)
for (const cursor of cursors) {
  cursor.ownerSVGElement.addEventListener('click', (event) => {
    const { width, duration } = cursor.dataset
    const start = cursor.parentNode.getScreenCTM().inverse()
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(start).x
    player.currentTime = Math.max(0, (at / Number(width)) * Number(duration))
  })
}
`

/** The extra permissions of a page with a player: to play its recording and run this script. */
export const playerPolicy = `media-src 'self' file:; script-src 'sha256-1SeKdCcYnd6j9sLFjKwcs4gdPSeGC6g7HqhXoLcbdHs='`
