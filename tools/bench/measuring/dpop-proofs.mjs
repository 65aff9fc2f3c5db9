import { createHash, randomUUID } from 'node:crypto';

/** What a proof costs at least: a fresh one for each request, signed by a key of this process (RFC 9449, section 4.2). */
export async function dpopProofs(token) {
  const { exportJWK, generateKeyPair, SignJWT } = await import('jose');
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) };
  const ath = createHash('sha256').update(token).digest('base64url');
  return (htm, htu) =>
    new SignJWT({ jti: randomUUID(), htm, htu, ath }).setProtectedHeader(header).setIssuedAt().sign(privateKey);
}
