/** Places what comes from devices on the clock of the page. */

/**
 * Time stamps of a stream count from a moment that differs between streams. The first arrival places them on
 * the page's clock, so that sound and picture agree to within the delay of their devices.
 */
export class ArrivalClock {
  #offset: number | undefined

  /**
   * When something was taken, in milliseconds of the page's clock.
   *
   * @param stamp in milliseconds: of its end, if it lasts
   */
  momentOf(stamp: number): number {
    // What comes later must not jump.
    this.#offset ??= performance.now() - stamp
    return stamp + this.#offset
  }
}
