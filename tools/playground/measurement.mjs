/** What is seen of one app from inside: how long its outgoing calls take, and what its `OutboundAuth` tells. */
export class Measurement {
  #durations = [];
  /** The first outgoing call's error, for the report. */
  firstError;
  renewals = 0;

  measured = async (call) => {
    const start = performance.now();
    try {
      return await call();
    } catch (error) {
      this.firstError ??= error;
      throw error;
    } finally {
      this.#durations.push(performance.now() - start);
    }
  };

  onEvent = (event) => {
    if (event.type === 'token.received' && event.reason === 'renewal') this.renewals += 1;
  };

  /** Milliseconds that this share of the calls didn't exceed. */
  percentile(share) {
    const sorted = this.#durations.toSorted((a, b) => a - b);
    return sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  }
}
