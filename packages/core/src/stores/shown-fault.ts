import { isOutboundAuthError } from '../errors.ts';
import { reasonOf, Secrets, systemCode } from '../redact.ts';

/** What can be shown of what a store has thrown: a stranger's message may quote what was to be kept. */
export function shownFault(thrown: unknown, depth = 0): Error | undefined {
  const clean = new Secrets().cleanError(thrown);
  if (clean === undefined || depth > 4) return undefined;
  const ours = isOutboundAuthError(thrown);
  const cause = shownFault(ours ? thrown.cause : undefined, depth + 1);
  const message = ours ? reasonOf(clean) : `${kindOf(clean)}, with a message that may hold a token and is not shown`;
  const shown = new Error(message, cause && { cause });
  shown.name = nameOf(clean);
  const code = systemCode(clean);
  return code === undefined ? shown : Object.assign(shown, { code });
}

function kindOf(error: Error): string {
  return [nameOf(error), systemCode(error)].filter((part) => part !== undefined).join(' ');
}

function nameOf({ name }: Error): string {
  return /^[A-Z][a-zA-Z]{0,49}$/.test(name) ? name : 'Error';
}
