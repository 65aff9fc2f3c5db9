/** A client certificate with its key: PEM texts, or a PFX. Values as `node:tls` takes them. */
export interface CertificateAndKey {
  /** The certificate, with its chain where the server wants it: PEM. With `key`. */
  readonly cert?: string | Uint8Array | undefined;
  /** The certificate's private key: PEM. With `cert`. */
  readonly key?: string | Uint8Array | undefined;
  /** Certificate and key in one PKCS #12 file. Instead of `cert` and `key`. */
  readonly pfx?: Uint8Array | undefined;
  /** What `key` or `pfx` is encrypted with. */
  readonly passphrase?: string | undefined;
  /** Certificate authorities to trust instead of those that Node.js knows: PEM. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
}

/** A certificate, or a function that gives it whenever a token is requested, async too: rotation without a restart. */
export type ClientCertificate = CertificateAndKey | (() => CertificateAndKey | Promise<CertificateAndKey>);
