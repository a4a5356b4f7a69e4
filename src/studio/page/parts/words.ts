/** Numbers as people read them. */

/** `1 h 4 min`, `3 min 20 s`, `12 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`
}

/** `312 MB` */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

export const percent = (share: number): string => `${Math.round(100 * share)} %`
