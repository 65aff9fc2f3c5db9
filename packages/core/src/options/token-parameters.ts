import { OptionsError } from '../errors.ts';
import { parseUrl } from '../parse-url.ts';
import { isObject, kind, OptionReader } from '../option-reader.ts';
import { grantParameters, reservedParameters } from '../reserved-parameters.ts';
import type { TokenParameters } from './options.ts';

/** The parameters of a token request, read and checked. */
export interface RequestParameters {
  readonly scope: string | undefined;
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  /** As it is sent: JSON. */
  readonly authorizationDetails: string | undefined;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

export const noParameters: RequestParameters = {
  scope: undefined,
  audience: [],
  resource: [],
  authorizationDetails: undefined,
  parameters: [],
};

/** Reads `scope`, `audience`, `resource` and `parameters`; what isn't given there stays as in `defaults`. */
export function readTokenParameters(reader: OptionReader, defaults: RequestParameters): RequestParameters {
  const scope = reader.texts('scope');
  const resource = reader.texts('resource');
  resource?.forEach((value, index) => {
    // An empty one was refused where it was read.
    if (value !== '' && (parseUrl(value) === undefined || value.includes('#'))) {
      reader.refuseItem('resource', index, 'must be an absolute URI without a fragment (RFC 8707)');
    }
  });
  return {
    scope: scope === undefined ? defaults.scope : scopeText(scope),
    audience: reader.texts('audience') ?? defaults.audience,
    resource: resource ?? defaults.resource,
    authorizationDetails: readDetails(reader, defaults.authorizationDetails),
    parameters: readFurther(reader, defaults.parameters),
  };
}

/** Reads what a call gives, over a client's own. @throws {OptionsError} that lists every mistake. */
export function readCallParameters(given: TokenParameters, own: RequestParameters): RequestParameters {
  if (!isObject(given)) {
    const message = `must be an object such as { scope: … }, not ${kind(given)}`;
    throw new OptionsError([{ path: 'token parameters', message }]);
  }
  const reader = new OptionReader(given, '');
  const read = readTokenParameters(reader, own);
  reader.refuseOthers();
  if (reader.problems.length > 0) throw new OptionsError(reader.problems);
  return read;
}

function readDetails(reader: OptionReader, fallback: string | undefined): string | undefined {
  const details = reader.value('authorizationDetails');
  if (details === undefined) return fallback;
  if (Array.isArray(details) && details.every(isDetail)) {
    try {
      return details.length === 0 ? undefined : JSON.stringify(details);
    } catch {
      // A BigInt, or a circle: there is no JSON of it.
    }
  }
  reader.refuse('authorizationDetails', 'must be a list of objects of JSON, each with a type (RFC 9396)');
  return undefined;
}

function isDetail(detail: unknown): boolean {
  return isObject(detail) && 'type' in detail && typeof detail.type === 'string' && detail.type !== '';
}

function scopeText(scope: readonly string[]): string | undefined {
  const names = new Set(scope.flatMap((text) => text.split(' ')).filter((name) => name !== ''));
  return names.size === 0 ? undefined : [...names].join(' ');
}

function readFurther(reader: OptionReader, defaults: RequestParameters['parameters']): RequestParameters['parameters'] {
  const given = reader.child('parameters');
  if (given === undefined) return defaults;
  const names = given.names().filter((name) => given.value(name) !== undefined);
  const read = names.flatMap((name) => {
    const reason = reasonAgainst(name);
    if (reason !== undefined) given.refuse(name, reason);
    return (given.texts(name) ?? []).map((value): readonly [string, string] => [name, value]);
  });
  return [...defaults.filter(([name]) => !names.includes(name)), ...read];
}

function reasonAgainst(name: string): string | undefined {
  const remedy = reservedParameters.get(name);
  if (remedy !== undefined) return `is the protocol's own; ${remedy}`;
  const grant = grantParameters.get(name);
  return grant && `is a grant's own; use the option grant: ${grant}, or customGrant(type, { ${name}: … })`;
}
