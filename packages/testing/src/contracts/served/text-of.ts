import assert from 'node:assert/strict';

/** The text of an answer; fails where that is an error. */
export async function textOf(sent: Promise<Response>): Promise<string> {
  const response = await sent;
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}
