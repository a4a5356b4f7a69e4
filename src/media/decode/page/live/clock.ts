/** Converts times of devices to the page's clock. */

/**
 * Time stamps of a stream count from a moment of its own. The first arrival relates them to the
 * page's clock, so that sound and picture agree to within the delays of their devices.
 */
export class ArrivalClock {
  #offset: number | undefined

  /**
   * When something was captured, in milliseconds of the page's clock.
   *
   * @param stamp in milliseconds; of its end, if it has a duration
   */
  momentOf(stamp: number): number {
    // The offset stays fixed, so that later times do not jump.
    this.#offset ??= performance.now() - stamp
    return stamp + this.#offset
  }
}
