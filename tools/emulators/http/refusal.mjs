/** Thrown by whoever finds what is wrong with a request; `serve()` answers it. */
export class Refusal extends Error {
  /**
   * @param verdict - what the log says: the OAuth error code, or a word of our own
   * @param body - default: RFC 6749 §5.2, with the verdict as the code
   * @param reason - for the log alone: what exactly was wrong
   */
  constructor(status, verdict, description, { headers = {}, body, reason } = {}) {
    super(description);
    this.status = status;
    this.verdict = verdict;
    this.headers = headers;
    this.reason = reason;
    this.body = body ?? { error: verdict, error_description: description };
  }
}
