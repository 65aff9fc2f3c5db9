/** Something that the user can mend: what is wrong, and what to do about it. */
export class PlainError extends Error {
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}
