import type { OptionReader } from '../option-reader.ts';
import { isSecretSource } from '../secret.ts';
import type { SubjectTokenSource } from '../subject-token.ts';

/** Reads whose token a grant asks for; undefined for the served request's. */
export function readSubjectToken(reader: OptionReader, name: string): SubjectTokenSource | undefined {
  const value = reader.value(name);
  if (typeof value === 'string' && /\s/.test(value)) {
    reader.refuse(name, 'holds white space; give the token alone, without "Bearer " or a line break');
  }
  if (value === undefined || isSecretSource(value)) return value;
  const otherwise = name === 'subjectToken' ? '; without it the served request’s is used' : '';
  reader.refuse(name, `must be a text that is not empty, or a function that gives one${otherwise}`);
  return undefined;
}
