/** One cursor for a player and its chart. */
import { useEffect } from 'preact/hooks'

/** Moves the chart's cursor with the player; a click in the chart seeks to that time. */
export function useCursor(place: { readonly current: HTMLDivElement | null }): void {
  useEffect(() => {
    const { current } = place
    const media = current?.querySelector('video, audio')
    if (!current || !(media instanceof HTMLMediaElement)) return
    let frame = 0
    const show = () => {
      const cursor = current.querySelector<SVGLineElement>('.cursor')
      if (!cursor) return
      const { width = '0', duration = '1' } = cursor.dataset
      const share = Math.min(media.currentTime / Number(duration), 1)
      cursor.setAttribute('transform', `translate(${share * Number(width)},0)`)
    }
    const follow = () => {
      show()
      if (!media.paused) frame = requestAnimationFrame(follow)
    }
    const seek = (event: MouseEvent) => {
      const cursor = current.querySelector<SVGLineElement>('.cursor')
      const group = cursor?.parentNode
      const isChart = event.target instanceof Element && event.target.closest('svg') !== null
      if (!cursor || !isChart || !(group instanceof SVGGraphicsElement)) return
      const start = group.getScreenCTM()?.inverse()
      const { width = '1', duration = '1' } = cursor.dataset
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(start).x
      media.currentTime = Math.max(0, (at / Number(width)) * Number(duration))
    }
    const events = ['play', 'seeked', 'timeupdate'] as const
    for (const event of events) media.addEventListener(event, follow)
    current.addEventListener('click', seek)
    return () => {
      cancelAnimationFrame(frame)
      for (const event of events) media.removeEventListener(event, follow)
      current.removeEventListener('click', seek)
    }
  }, [place])
}
