import { fn, method, type CelFunction, type Library } from '#policy/cel/function.ts';
import { list, opaque, optional, text } from '#policy/cel/type.ts';
import { none, some } from '#policy/cel/value.ts';

interface Format {
  readonly name: string;
  readonly longest: number;
  readonly pattern: RegExp;
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const value = '(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)';

/** Forms of names that Kubernetes has (RFC 1035, RFC 1123, and its own). */
const formats: readonly Format[] = [
  { name: 'dns1123Label', longest: 63, pattern: new RegExp(`^${label}$`) },
  { name: 'dns1123Subdomain', longest: 253, pattern: new RegExp(String.raw`^${label}(?:\.${label})*$`) },
  { name: 'dns1035Label', longest: 63, pattern: /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/ },
  { name: 'qualifiedName', longest: 317, pattern: new RegExp(String.raw`^(?:${label}(?:\.${label})*/)?${value}$`) },
  { name: 'dns1123LabelPrefix', longest: 63, pattern: new RegExp(`^${label}-?$`) },
  { name: 'dns1123SubdomainPrefix', longest: 253, pattern: new RegExp(String.raw`^${label}(?:\.${label})*-?$`) },
  { name: 'dns1035LabelPrefix', longest: 63, pattern: /^[a-z](?:[-a-z0-9]*[a-z0-9])?-?$/ },
  { name: 'labelValue', longest: 63, pattern: new RegExp(`^${value}?$`) },
  { name: 'uuid', longest: 36, pattern: /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/ },
  { name: 'byte', longest: 1_000_000, pattern: /^[A-Za-z0-9+/]*={0,2}$/ },
  { name: 'date', longest: 10, pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/ },
  { name: 'datetime', longest: 40, pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/ },
];

const formatType = opaque<Format>('kubernetes.NamedFormat', (one, other) => one.name === other.name);

/** `format.dns1123Label().validate(x)` gives what is wrong, or an absent value (Kubernetes, "format library"). */
export const namedFormats: Library = {
  name: 'formats',
  functions: [
    ...formats.map((format): CelFunction => fn(`format.${format.name}`, [], formatType, () => formatType.wrap(format))),
    fn('format.named', [text], optional(formatType), (name) => {
      const format = formats.find((one) => one.name === name);
      return format === undefined ? none : some(formatType.wrap(format));
    }),
    method('validate', [formatType, text], optional(list(text)), (format, written, run) => {
      run.spend(written.length / 10);
      const { name, longest, pattern } = formatType.unwrap(format);
      if (written.length > longest) return some([`must have no more than ${longest} characters`]);
      return pattern.test(written) ? none : some([`must be a ${name}`]);
    }),
  ],
};
