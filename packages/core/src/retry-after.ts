// In seconds: a server that says more has made a mistake, or means another kind of client.
const most = 300;

/**
 * How long a response asks to be left in peace, in seconds; undefined if it doesn't, or in no way that makes sense. Never
 * more than five minutes.
 *
 * @param now In milliseconds since the epoch, for a date where the response tells none of its own.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfterOf({ headers }: Pick<Response, 'headers'>, now: number): number | undefined {
  const given = headers.get('retry-after')?.trim() ?? '';
  const seconds = /^\d+$/.test(given) ? Number(given) : (dateOf(given) - (dateOf(headers.get('date')) || now)) / 1_000;
  return seconds > 0 ? Math.min(most, seconds) : undefined;
}

// A weekday, a day, a month, a year and a time: `Date.parse` alone takes almost anything for a date.
const httpDate = /^(?:\w{3,9},? )?\d{1,2}[ -]\w{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;

/** In milliseconds since the epoch; NaN for what is no date of HTTP. */
function dateOf(text: string | null): number {
  return httpDate.test(text ?? '') ? Date.parse(text ?? '') : NaN;
}
