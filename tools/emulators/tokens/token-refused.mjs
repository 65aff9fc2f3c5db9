/** Why an access token is not believed: a word for the log, never a part of the token. */
export class TokenRefused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}
