/**
 * What `Authorization: Basic …` holds, as one text: which part of it is the name is for the caller to say.
 *
 * @returns undefined for another scheme, padding left out, bytes that aren't UTF-8, or no colon
 */
export function basicText(authorization = '') {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes(':') ? text : undefined;
  } catch {
    return undefined;
  }
}

/** At the first colon: a name can't hold one, a password can (RFC 7617 §2). */
export function nameAndPassword(text) {
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
}
