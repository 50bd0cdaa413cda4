import { allOf, parseLicense, type LicenseExpression } from '#documents/licenses/license-expression.ts';
import type { CyclonedxVersion } from './versions.ts';

/**
 * The licences of a component (`licenseChoice`): either one expression, or a list in which each is an id of SPDX or a name. A name
 * is what the package says where it does not speak SPDX.
 */
export function licensesOf(statements: readonly string[], spec: CyclonedxVersion): object[] | undefined {
  const stated = statements.filter((text) => text.trim() !== '');
  if (stated.length === 0) return undefined;
  const declared = spec.acknowledgement ? { acknowledgement: 'declared' } : {};
  const parsed = stated.map(parseLicense);
  const understood = parsed.filter((license) => license !== undefined);
  if (understood.length === stated.length && !understood.every(({ isId }) => isId)) {
    return [{ expression: allOf(understood), ...declared }];
  }
  return stated.map((text, position) => ({ license: { ...identify(text, parsed[position]), ...declared } }));
}

function identify(text: string, parsed: LicenseExpression | undefined): object {
  return parsed?.isId === true ? { id: parsed.expression } : { name: parsed?.expression ?? text };
}
