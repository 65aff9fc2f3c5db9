/** What arrived, the oldest first: names and verdicts, never a secret or a token. */
export class RequestLog {
  list = [];

  get count() {
    return this.list.length;
  }

  /** Notes an arrival; whoever answers adds to the entry what it finds out. */
  add({ method, url, rawHeaders, headers }) {
    const entry = {
      method,
      // A query may hold what it should not.
      path: url.split('?')[0],
      headers: rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()),
      contentType: headers['content-type'],
      verdict: 'unanswered',
    };
    this.list.push(entry);
    return entry;
  }

  /** How many ended so: `issued`, `ok`, or the code of a refusal. */
  countOf(verdict) {
    return this.list.filter((entry) => entry.verdict === verdict).length;
  }
}
