/** The members of a JSON object, or undefined if the text is anything else. */
export function parseJsonObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value));
  } catch {
    // Not JSON: an HTML page, a proxy's words. Whoever asked says what was expected.
    return undefined;
  }
}
