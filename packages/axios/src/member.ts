/** Anything that has members, of whatever kinds. */
export type Members = Readonly<Record<PropertyKey, unknown>>;

/** A member of something whose shape differs from one version of Axios to the next. */
export function member(value: unknown, name: PropertyKey): unknown {
  return isObject(value) ? value[name] : undefined;
}

export function isObject(value: unknown): value is Members {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** A copy, far cheaper than a spread: the config that Axios makes has no prototype. */
export function copyOf(value: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) copy[name] = member(value, name);
  return copy;
}

/** Calls a function of a stranger: what it takes and gives is theirs to know. */
export function call(callee: unknown, self: unknown, ...parameters: readonly unknown[]): unknown {
  return typeof callee === 'function' ? Reflect.apply(callee, self, parameters) : undefined;
}
