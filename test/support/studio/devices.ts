/** A camera and a microphone for the page: a face, a real one where there is reference data, and noise. */
import { fakeDevices } from '../browser.js'
import { runFfmpeg } from '../clips.js'
import { sharedPath } from '../folders.js'

/** A real face, where there is one. */
export const realFace = sharedPath('data/media/clips/dfew-happy.mp4')

/**
 * Makes `camera.y4m` and `noise.wav`.
 *
 * @param seconds of noise
 * @returns the browser's options for them
 */
export function makeDevices(at: (name: string) => string, seconds = 4): string[] {
  const video = realFace ? ['-i', realFace] : ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=4']
  const size = ['-vf', 'scale=320:240', '-r', '25', '-pix_fmt', 'yuv420p']
  runFfmpeg(...video, ...size, at('camera.y4m'))
  // Swells like syllables: a level that never changes is all voice or none.
  const noise = `aevalsrc=0.4*(random(0)-0.5)*(1+sin(2*PI*2*t)):s=44100:d=${seconds}`
  runFfmpeg('-f', 'lavfi', '-i', noise, at('noise.wav'))
  return [
    ...fakeDevices(at('camera.y4m'), at('noise.wav')),
    '--autoplay-policy=no-user-gesture-required',
  ]
}
